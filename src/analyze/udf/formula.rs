//! A formula of numbers as a SQL function: the arithmetic is in `stats`, here only the Arrow side.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Float64Array};
use arrow::datatypes::{DataType, Float64Type};
use datafusion::error::Result;
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, TypeSignature, Volatility,
};

/// Row by row; null where an argument is null or the formula has no value.
pub(super) struct Formula {
    name: &'static str,
    signature: Signature,
    evaluate: fn(&[f64]) -> Option<f64>,
}

impl Formula {
    /// A function that takes as many numbers as one of `counts` says.
    pub(super) fn udf(name: &'static str, counts: &[usize], evaluate: fn(&[f64]) -> Option<f64>) -> ScalarUDF {
        let forms = counts.iter().map(|count| TypeSignature::Exact(vec![DataType::Float64; *count])).collect();
        let signature = Signature::one_of(forms, Volatility::Immutable);
        ScalarUDF::from(Self { name, signature, evaluate })
    }
}

impl ScalarUDFImpl for Formula {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Float64)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arrays = ColumnarValue::values_to_arrays(&args.args)?;
        let columns: Vec<&Float64Array> = arrays.iter().map(|array| array.as_primitive::<Float64Type>()).collect();
        let mut numbers = vec![0.0; columns.len()];
        let rows = columns.first().map_or(0, |column| column.len());
        let answers: Float64Array = (0..rows)
            .map(|row| {
                for (number, column) in numbers.iter_mut().zip(&columns) {
                    *number = column.is_valid(row).then(|| column.value(row))?;
                }
                (self.evaluate)(&numbers)
            })
            .collect();
        Ok(ColumnarValue::Array(Arc::new(answers) as ArrayRef))
    }
}

// A function is known by its name; addresses of functions may coincide.
impl PartialEq for Formula {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Formula {}

impl Hash for Formula {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl fmt::Debug for Formula {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.name)
    }
}
