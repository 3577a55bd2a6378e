//! The tables of `pg_catalog`: those that say what there is, and those that are empty because there is nothing of it.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Int64Array, RecordBatch, StringArray, new_null_array};
use arrow::datatypes::{DataType, Field};
use datafusion::error::Result;

use super::subject::Subject;
use super::{DATABASE, OWNER, PG_CATALOG, PUBLIC};
use crate::serve::value::Kind;
use crate::serve::variables;

/// Numbers of the schemas, of the owner and of the database.
const CATALOG_OID: i64 = 11;
const PUBLIC_OID: i64 = 2200;
const INFORMATION_OID: i64 = 13_000;
const OWNER_OID: i64 = 10;
const DATABASE_OID: i64 = 5;

/// A cell of the catalog.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell {
    /// Nothing.
    Null,
    /// A name or another text.
    Text(String),
    /// A number.
    Whole(i64),
    /// A truth value.
    Truth(bool),
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<i64> for Cell {
    fn from(number: i64) -> Self {
        Self::Whole(number)
    }
}

impl From<bool> for Cell {
    fn from(truth: bool) -> Self {
        Self::Truth(truth)
    }
}

/// A row: the columns that it fills.
pub(super) type Filled<'a> = Vec<(&'a str, Cell)>;

/// A table of columns like `oid:i relname:t relhasindex:b relacl:l` (whole numbers, texts, truth values, lists of texts)
/// and rows that name the columns they fill; the others are 0, false, null, null.
///
/// # Errors
/// What the engine says of columns that do not fit, which is a mistake in this folder.
pub(super) fn table(columns: &str, rows: &[Filled<'_>]) -> Result<RecordBatch> {
    let cell =
        |row: &Filled<'_>, name: &str| row.iter().find(|(column, _)| *column == name).map(|(_, cell)| cell.clone());
    let column = |spec: &str| -> (String, ArrayRef) {
        let (name, kind) = spec.split_once(':').unwrap_or((spec, "t"));
        let cells = || rows.iter().map(|row| cell(row, name));
        let array: ArrayRef = match kind {
            "i" => Arc::new(
                cells()
                    .map(|cell| match cell {
                        Some(Cell::Whole(number)) => Some(number),
                        Some(_) => None,
                        None => Some(0),
                    })
                    .collect::<Int64Array>(),
            ),
            "b" => Arc::new(cells().map(|cell| Some(cell == Some(Cell::Truth(true)))).collect::<BooleanArray>()),
            "l" => {
                let list = DataType::List(Arc::new(Field::new_list_field(DataType::Utf8, true)));
                new_null_array(&list, rows.len())
            }
            _ => Arc::new(
                cells()
                    .map(|cell| match cell {
                        Some(Cell::Text(text)) => Some(text),
                        _ => None,
                    })
                    .collect::<StringArray>(),
            ),
        };
        (name.to_string(), array)
    };
    Ok(RecordBatch::try_from_iter_with_nullable(
        columns.split_whitespace().map(column).map(|(name, array)| (name, array, true)),
    )?)
}

/// All tables by name.
pub(super) fn tables(subjects: &[Subject]) -> Result<Vec<(String, RecordBatch)>> {
    let namespaces = [(CATALOG_OID, PG_CATALOG), (PUBLIC_OID, PUBLIC), (INFORMATION_OID, "information_schema")];
    let namespaces: Vec<_> = namespaces
        .iter()
        .map(|(oid, name)| vec![("oid", (*oid).into()), ("nspname", (*name).into()), ("nspowner", OWNER_OID.into())])
        .collect();
    let relkind = |subject: &Subject| if subject.is_view { "v" } else { "r" };
    let classes: Vec<_> = subjects
        .iter()
        .map(|subject| {
            vec![
                ("oid", subject.oid.into()),
                ("relname", subject.name.as_str().into()),
                ("relnamespace", PUBLIC_OID.into()),
                ("relowner", OWNER_OID.into()),
                ("relkind", relkind(subject).into()),
                ("relpersistence", "p".into()),
                ("relreplident", "n".into()),
                ("relispopulated", true.into()),
                ("relnatts", (subject.columns.len() as i64).into()),
                ("reltuples", Cell::Whole(-1)),
            ]
        })
        .collect();
    let attributes: Vec<_> = subjects.iter().flat_map(attributes).collect();
    let types: Vec<_> = types();
    let database = vec![vec![
        ("oid", DATABASE_OID.into()),
        ("datname", DATABASE.into()),
        ("datdba", OWNER_OID.into()),
        ("encoding", 6.into()),
        ("datcollate", "C".into()),
        ("datctype", "C".into()),
        ("datallowconn", true.into()),
        ("datconnlimit", Cell::Whole(-1)),
    ]];
    let owner = vec![vec![
        ("oid", OWNER_OID.into()),
        ("usesysid", OWNER_OID.into()),
        ("rolname", OWNER.into()),
        ("usename", OWNER.into()),
        ("rolcanlogin", true.into()),
        ("rolinherit", true.into()),
        ("rolconnlimit", Cell::Whole(-1)),
    ]];
    let settings: Vec<_> = variables::DEFAULTS
        .iter()
        .map(|(name, value)| vec![("name", (*name).into()), ("setting", (*value).into())])
        .collect();
    let of = |is_view: bool, name: &'static str, owner: &'static str, schema: &'static str| -> Vec<_> {
        let chosen = subjects.iter().filter(|subject| subject.is_view == is_view);
        chosen
            .map(|subject| vec![(schema, PUBLIC.into()), (name, subject.name.as_str().into()), (owner, OWNER.into())])
            .collect()
    };
    let full: [(&str, &str, Vec<Filled<'_>>); 11] = [
        ("pg_namespace", "oid:i nspname nspowner:i nspacl:l", namespaces),
        (
            "pg_class",
            "oid:i relname relnamespace:i reltype:i reloftype:i relowner:i relam:i relfilenode:i reltablespace:i \
          relpages:i reltuples:i relallvisible:i reltoastrelid:i relhasindex:b relisshared:b relpersistence relkind relnatts:i \
          relchecks:i relhasrules:b relhastriggers:b relhassubclass:b relrowsecurity:b relforcerowsecurity:b relispopulated:b \
          relreplident relispartition:b relrewrite:i relacl:l reloptions:l relpartbound",
            classes,
        ),
        (
            "pg_attribute",
            "attrelid:i attname atttypid:i attstattarget:i attlen:i attnum:i attndims:i atttypmod:i attnotnull:b \
          atthasdef:b atthasmissing:b attidentity attgenerated attisdropped:b attislocal:b attinhcount:i attcollation:i \
          attstorage attcompression attacl:l attoptions:l attfdwoptions:l",
            attributes,
        ),
        (
            "pg_type",
            "oid:i typname typnamespace:i typowner:i typlen:i typbyval:b typtype typcategory typispreferred:b \
          typisdefined:b typdelim typrelid:i typelem:i typarray:i typinput typoutput typreceive typnotnull:b typbasetype:i \
          typtypmod:i typndims:i typcollation:i typdefault typacl:l",
            types,
        ),
        (
            "pg_database",
            "oid:i datname datdba:i encoding:i datcollate datctype datistemplate:b datallowconn:b datconnlimit:i \
          dattablespace:i datlocprovider daticulocale datacl:l",
            database,
        ),
        (
            "pg_roles",
            "oid:i rolname rolsuper:b rolinherit:b rolcreaterole:b rolcreatedb:b rolcanlogin:b rolreplication:b \
          rolconnlimit:i rolvaliduntil rolbypassrls:b rolconfig:l",
            owner.clone(),
        ),
        ("pg_user", "usename usesysid:i usecreatedb:b usesuper:b userepl:b usebypassrls:b", owner),
        ("pg_settings", "name setting unit category short_desc extra_desc context vartype source", settings),
        (
            "pg_tables",
            "schemaname tablename tableowner tablespace hasindexes:b hasrules:b hastriggers:b rowsecurity:b",
            of(false, "tablename", "tableowner", "schemaname"),
        ),
        ("pg_views", "schemaname viewname viewowner definition", of(true, "viewname", "viewowner", "schemaname")),
        (
            "pg_tablespace",
            "oid:i spcname spcowner:i spcacl:l spcoptions:l",
            vec![vec![("oid", 1663.into()), ("spcname", "pg_default".into())]],
        ),
    ];
    let filled = full.into_iter().map(|(name, columns, rows)| Ok((name.to_string(), table(columns, &rows)?)));
    let empty = EMPTY.lines().filter_map(|line| line.trim().split_once(' '));
    let empty = empty.map(|(name, columns)| Ok((name.to_string(), table(columns, &[])?)));
    filled.chain(empty).collect()
}

fn attributes(subject: &Subject) -> Vec<Vec<(&'static str, Cell)>> {
    let column = |(number, (name, kind, is_nullable)): (i64, &(String, Kind, bool))| {
        vec![
            ("attrelid", subject.oid.into()),
            ("attname", name.as_str().into()),
            ("atttypid", i64::from(kind.oid()).into()),
            ("attlen", i64::from(kind.size()).into()),
            ("attnum", number.into()),
            ("atttypmod", Cell::Whole(-1)),
            ("attnotnull", (!is_nullable).into()),
            ("attidentity", "".into()),
            ("attgenerated", "".into()),
            ("attcompression", "".into()),
            ("attstorage", "p".into()),
            ("attislocal", true.into()),
        ]
    };
    (1..).zip(&subject.columns).map(column).collect()
}

fn types() -> Vec<Vec<(&'static str, Cell)>> {
    let row = |oid: i64, name: &str, length: i64, category: &str| {
        vec![
            ("oid", oid.into()),
            ("typname", name.into()),
            ("typnamespace", CATALOG_OID.into()),
            ("typowner", OWNER_OID.into()),
            ("typlen", length.into()),
            ("typtype", "b".into()),
            ("typcategory", category.into()),
            ("typisdefined", true.into()),
            ("typdelim", ",".into()),
            ("typtypmod", Cell::Whole(-1)),
        ]
    };
    let own = Kind::ALL.iter().map(|kind| row(kind.oid().into(), kind.name(), kind.size().into(), kind.category()));
    let others = [
        (18, "char", 1, "Z"),
        (19, "name", 64, "S"),
        (26, "oid", 4, "N"),
        (705, "unknown", -2, "X"),
        (1043, "varchar", -1, "S"),
    ];
    own.chain(others.into_iter().map(|(oid, name, length, category)| row(oid, name, length, category))).collect()
}

/// Whether a table of `pg_catalog` is there but has no row.
pub(super) fn is_empty(name: &str) -> bool {
    EMPTY.lines().any(|line| line.trim().split(' ').next() == Some(name))
}

/// What there is none of, with the columns that clients look at.
const EMPTY: &str = "
    pg_am oid:i amname amhandler amtype
    pg_attrdef oid:i adrelid:i adnum:i adbin
    pg_auth_members roleid:i member:i grantor:i admin_option:b
    pg_authid oid:i rolname
    pg_cast oid:i castsource:i casttarget:i castfunc:i castcontext castmethod
    pg_collation oid:i collname collnamespace:i collowner:i collprovider collisdeterministic:b collencoding:i collcollate collctype
    pg_constraint oid:i conname connamespace:i contype condeferrable:b condeferred:b convalidated:b conrelid:i contypid:i conindid:i conparentid:i confrelid:i confupdtype confdeltype confmatchtype conislocal:b coninhcount:i connoinherit:b conkey:l confkey:l conbin
    pg_db_role_setting setdatabase:i setrole:i setconfig:l
    pg_default_acl oid:i defaclrole:i defaclnamespace:i defaclobjtype defaclacl:l
    pg_depend classid:i objid:i objsubid:i refclassid:i refobjid:i refobjsubid:i deptype
    pg_description objoid:i classoid:i objsubid:i description
    pg_enum oid:i enumtypid:i enumsortorder:i enumlabel
    pg_event_trigger oid:i evtname evtevent evtowner:i evtfoid:i evtenabled evttags:l
    pg_extension oid:i extname extowner:i extnamespace:i extrelocatable:b extversion
    pg_foreign_data_wrapper oid:i fdwname fdwowner:i
    pg_foreign_server oid:i srvname srvowner:i srvfdw:i
    pg_foreign_table ftrelid:i ftserver:i ftoptions:l
    pg_index indexrelid:i indrelid:i indnatts:i indnkeyatts:i indisunique:b indisprimary:b indisexclusion:b indimmediate:b indisclustered:b indisvalid:b indcheckxmin:b indisready:b indislive:b indisreplident:b indkey:l indcollation:l indclass:l indoption:l indexprs indpred
    pg_indexes schemaname tablename indexname tablespace indexdef
    pg_inherits inhrelid:i inhparent:i inhseqno:i inhdetachpending:b
    pg_language oid:i tableoid:i lanplcallfoid:i laninline:i lanvalidator:i lanacl:l lanname lanowner:i lanispl:b lanpltrusted:b
    pg_locks locktype database:i relation:i pid:i mode granted:b
    pg_matviews schemaname matviewname matviewowner tablespace hasindexes:b ispopulated:b definition
    pg_opclass oid:i opcname opcnamespace:i
    pg_operator oid:i oprname oprnamespace:i
    pg_partitioned_table partrelid:i partstrat partnatts:i partdefid:i
    pg_policy oid:i polname polrelid:i polcmd polpermissive:b polroles polqual polwithcheck
    pg_proc oid:i proname pronamespace:i proowner:i prolang:i prokind prosecdef:b proisstrict:b proretset:b provolatile proparallel prorettype:i proargtypes:l proallargtypes:l proargmodes:l proargnames:l pronargs:i prosrc proacl:l
    pg_publication oid:i pubname pubowner:i puballtables:b pubinsert:b pubupdate:b pubdelete:b pubtruncate:b pubviaroot:b
    pg_publication_namespace oid:i pnpubid:i pnnspid:i
    pg_publication_rel oid:i prpubid:i prrelid:i
    pg_range rngtypid:i rngsubtype:i
    pg_rewrite oid:i rulename ev_class:i ev_type ev_enabled is_instead:b
    pg_sequence seqrelid:i seqtypid:i seqstart:i seqincrement:i seqmax:i seqmin:i seqcache:i seqcycle:b
    pg_sequences schemaname sequencename
    pg_shdescription objoid:i classoid:i description
    pg_stat_activity datid:i datname pid:i usename application_name state query
    pg_stat_user_tables relid:i schemaname relname n_live_tup:i
    pg_statistic_ext oid:i stxrelid:i stxname stxnamespace:i stxowner:i stxstattarget:i stxkeys:l stxkind:l
    pg_timezone_names name abbrev is_dst:b
    pg_ts_config oid:i cfgname cfgnamespace:i cfgowner:i cfgparser:i
    pg_ts_dict oid:i dictname dictnamespace:i
    pg_ts_parser oid:i prsname prsnamespace:i
    pg_ts_template oid:i tmplname tmplnamespace:i
    pg_trigger oid:i tgrelid:i tgparentid:i tgname tgfoid:i tgtype:i tgenabled tgisinternal:b tgconstrrelid:i tgconstrindid:i tgconstraint:i tgdeferrable:b tginitdeferred:b
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_that_a_row_leaves_out_is_the_types_own_nothing() {
        let rows = [vec![("a", Cell::Whole(7))], vec![("b", "x".into()), ("c", true.into()), ("a", Cell::Null)]];
        let batch = table("a:i b c:b d:l", &rows).expect("columns of one length");
        let shown = arrow::util::pretty::pretty_format_batches(&[batch]).expect("printable").to_string();
        assert!(shown.contains("| 7 |   | false |   |") && shown.contains("|   | x | true  |   |"), "{shown}");
    }

    #[test]
    fn no_table_is_there_twice_and_each_row_fills_columns_that_are_there() {
        let subject =
            Subject { oid: 1, name: "calls".into(), is_view: true, columns: vec![("day".into(), Kind::Date, true)] };
        let tables = tables(&[subject]).expect("good tables");
        let names: std::collections::BTreeSet<&String> = tables.iter().map(|(name, _)| name).collect();
        assert_eq!(names.len(), tables.len());
        let attribute = tables.iter().find(|(name, _)| name == "pg_attribute").expect("there").1.clone();
        assert_eq!(attribute.num_rows(), 1);
        assert!(attribute.column_by_name("attnotnull").is_some());
    }
}
