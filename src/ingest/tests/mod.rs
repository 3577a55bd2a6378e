//! Whole files: every way in, and the account of it.
