//! Writes how the columns of a record are filled, and how rows are made of them.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Ident;

use super::door::{Door, ours};
use super::field::Code;
use super::shape::Shape;

/// The columns of a record, and the record as a row of them.
pub(super) fn record(shape: &Shape) -> TokenStream {
    let door = Door::new(shape.options.krate.as_ref());
    let columns = shape.columns.iter().enumerate();
    let fields: Vec<_> = columns
        .map(|(slot, column)| Code::of(column, slot, shape.lifetime.as_ref(), &door))
        .collect();
    let slices = slices(shape, &fields);
    let door = &door.at(ours(shape.name.span()));
    let storage = storage(&fields, door);
    let row = row(shape, &fields, door);
    let (record, names) = (at(shape, "static"), fields.iter().map(|field| &field.name));
    quote! {
        #slices
        const _: () = {
            #storage
            #row
            #[automatically_derived]
            impl #door::Record for #record {
                const NAMES: <Self as #door::Row>::Names<'static> = [#(#names),*];
            }
        };
    }
}

/// The name of the struct of slices.
fn slices_name(shape: &Shape) -> Ident {
    format_ident!("{}Columns", shape.name)
}

/// The record's type with its lifetime, if it has one.
fn at(shape: &Shape, lifetime: &str) -> TokenStream {
    let name = &shape.name;
    if shape.lifetime.is_none() {
        return quote!(#name);
    }
    let lifetime = syn::Lifetime::new(&format!("'{lifetime}"), name.span());
    quote!(#name<#lifetime>)
}

/// The struct of slices that users see.
fn slices(shape: &Shape, fields: &[Code<'_>]) -> TokenStream {
    let (vis, name) = (&shape.vis, slices_name(shape));
    let about = format!(
        "The columns of a chunk of [`{}`]s: what each field is in all of its rows.",
        shape.name
    );
    let members = fields.iter().map(|Code { column, slice, .. }| {
        let (vis, field) = (&column.vis, &column.field);
        let about = format!("`{}` in each row.", column.field);
        quote!(#[doc = #about] #vis #field: #slice)
    });
    quote! {
        #[doc = #about]
        #[allow(dead_code, reason = "a program need not look at every column")]
        #[derive(::core::clone::Clone, ::core::marker::Copy)]
        #vis struct #name<'columns> {
            #(#members),*
        }
    }
}

/// How a chunk keeps the columns.
fn storage(fields: &[Code<'_>], door: &TokenStream) -> TokenStream {
    let names: Vec<_> = fields.iter().map(|it| &it.column.field).collect();
    let types = fields.iter().map(|it| &it.storage);
    quote! {
        #[doc(hidden)]
        #[allow(unreachable_pub, missing_docs, reason = "only the chunk knows it")]
        #[derive(::core::clone::Clone)]
        pub struct __RecordColumns {
            #(#names: #types),*
        }

        #[automatically_derived]
        impl #door::NBytes for __RecordColumns {
            fn nbytes(&self) -> usize {
                0 #(+ #door::NBytes::nbytes(&self.#names))*
            }
        }
    }
}

/// The record as a row.
fn row(shape: &Shape, fields: &[Code<'_>], door: &TokenStream) -> TokenStream {
    let count = fields.len();
    let (name, slices) = (&shape.name, slices_name(shape));
    let (row, item) = (at(shape, "static"), at(shape, "row"));
    let names: Vec<_> = fields.iter().map(|it| &it.column.field).collect();
    let values: Vec<_> = fields.iter().map(|it| &it.value).collect();
    let expected = fields.iter().map(|it| &it.expected);
    let custom = fields.iter().map(|it| &it.custom);
    let push = fields.iter().map(|it| &it.push);
    let make = fields.iter().map(|it| &it.make);
    let take = fields.iter().map(|it| &it.take);
    let lend = fields.iter().map(|it| &it.lend);
    quote! {
        #(#custom)*

        #[automatically_derived]
        impl #door::Row for #row {
            type Names<'names> = [&'names str; #count];
            type Item<'row> = #item;
            type Slices<'columns> = #slices<'columns>;
            type Columns = __RecordColumns;
            const EXPECTED: &'static [#door::Expected] = &[#(#expected),*];

            fn empty() -> __RecordColumns {
                __RecordColumns { #(#names: ::core::default::Default::default()),* }
            }

            #[inline]
            fn push<'field>(
                columns: &mut __RecordColumns,
                field: impl ::core::ops::Fn(usize) -> &'field [u8],
            ) -> ::core::result::Result<(), usize> {
                #(#push)*
                ::core::result::Result::Ok(())
            }

            #[inline]
            fn push_item<'row>(columns: &mut __RecordColumns, item: #item) {
                #(#take)*
            }

            #[inline]
            fn item<'row>(columns: &'row __RecordColumns, row: usize) -> #item {
                #name { #(#make),* }
            }

            fn slices<'columns>(columns: &'columns __RecordColumns) -> #slices<'columns> {
                #slices {
                    #(#names: <#values as #door::Value>::slice(&columns.#names)),*
                }
            }

            fn part(
                columns: &__RecordColumns,
                rows: ::core::ops::Range<usize>,
            ) -> __RecordColumns {
                __RecordColumns {
                    #(#names: <#values as #door::Value>::part(&columns.#names, rows.clone())),*
                }
            }

            fn visit(columns: &__RecordColumns, visitor: &mut impl #door::Visit) {
                #(#door::Visit::column::<#values>(visitor, &columns.#names);)*
            }

            fn visit_mut(columns: &mut __RecordColumns, visitor: &mut impl #door::VisitMut) {
                #(#lend)*
            }
        }
    }
}
