//! The struct that is to be a record.

use proc_macro2::TokenStream;
use syn::ext::IdentExt;
use syn::{Data, DeriveInput, Field, Fields, GenericParam, Ident, Lifetime, Type, Visibility};

use super::options::{FieldOptions, StructOptions};
use crate::diagnostics::{Diagnostics, rules};

/// A struct with named fields, at least one.
pub(super) struct Shape {
    pub(super) name: Ident,
    pub(super) vis: Visibility,
    /// That of the text which the fields borrow, if they do.
    pub(super) lifetime: Option<Lifetime>,
    pub(super) options: StructOptions,
    pub(super) columns: Vec<Column>,
}

/// A field, and the column that it is read from.
pub(super) struct Column {
    pub(super) field: Ident,
    pub(super) vis: Visibility,
    pub(super) ty: Type,
    /// The column's name, or several with `|` between them.
    pub(super) name: String,
    pub(super) options: FieldOptions,
}

impl Shape {
    /// Reads the struct, and reports what is wrong with it.
    pub(super) fn parse(item: TokenStream, faults: &mut Diagnostics) -> Option<Self> {
        let input: DeriveInput = match syn::parse2(item) {
            Ok(input) => input,
            Err(error) => {
                faults.syntax(&error);
                return None;
            }
        };
        let options = StructOptions::parse(&input.attrs, faults);
        let mut lifetime = None;
        for parameter in &input.generics.params {
            match parameter {
                GenericParam::Lifetime(it) if lifetime.is_none() => {
                    lifetime = Some(it.lifetime.clone());
                }
                _ => faults.report(rules::RECORD_GENERIC, parameter, ""),
            }
        }
        let what = match &input.data {
            Data::Struct(data) => match &data.fields {
                Fields::Named(fields) if !fields.named.is_empty() => {
                    let fields = fields.named.iter();
                    let columns = fields.filter_map(|field| column(field, &options, faults));
                    let columns = columns.collect();
                    return Some(Self {
                        name: input.ident,
                        vis: input.vis,
                        lifetime,
                        options,
                        columns,
                    });
                }
                Fields::Unnamed(_) => "these fields have no names",
                Fields::Named(_) | Fields::Unit => "this has no fields",
            },
            Data::Enum(_) => "this is an enum",
            Data::Union(_) => "this is a union",
        };
        faults.report(rules::RECORD_SHAPE, &input.ident, what);
        None
    }
}

fn column(field: &Field, options: &StructOptions, faults: &mut Diagnostics) -> Option<Column> {
    let ident = field.ident.clone()?;
    let of_field = FieldOptions::parse(&field.attrs, faults);
    let name = match (&of_field.name, options.case) {
        (Some(name), _) => name.value(),
        (None, Some(case)) => case.apply(&ident.unraw().to_string()),
        (None, None) => ident.unraw().to_string(),
    };
    Some(Column {
        field: ident,
        vis: field.vis.clone(),
        ty: field.ty.clone(),
        name,
        options: of_field,
    })
}
