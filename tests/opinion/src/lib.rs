//! Nothing to use: the opinion is in this package's tests.
