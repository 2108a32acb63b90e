//! The parts of a record's code that are about one field.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::Lifetime;
use syn::spanned::Spanned;
use syn::visit_mut::VisitMut;

use super::door::{Door, ours};
use super::format::Step;
use super::options::Default;
use super::shape::Column;

/// What is written of one field.
pub(super) struct Code<'a> {
    pub(super) column: &'a Column,
    /// What the column is read as, where the field's type is: so what rustc says
    /// of it underlines the type.
    pub(super) value: TokenStream,
    /// How a chunk keeps the column.
    pub(super) storage: TokenStream,
    /// What the whole column gives.
    pub(super) slice: TokenStream,
    /// The column's name.
    pub(super) name: Literal,
    /// What the column should hold.
    pub(super) expected: TokenStream,
    /// A function that reads text in the field's own way, if it has one.
    pub(super) custom: TokenStream,
    /// Adds a field of text to the column.
    pub(super) push: TokenStream,
    /// Adds the field of a record to the column.
    pub(super) take: TokenStream,
    /// Makes the field from a row of the column.
    pub(super) make: TokenStream,
    /// Lends the column to a visitor.
    pub(super) lend: TokenStream,
}

impl<'a> Code<'a> {
    pub(super) fn of(
        column: &'a Column,
        slot: usize,
        lifetime: Option<&Lifetime>,
        door: &Door,
    ) -> Self {
        let field = &column.field;
        let owned = with_lifetime(column, lifetime, "'static");
        let in_row = with_lifetime(column, lifetime, "'row");
        let span = ours(column.ty.span());
        let door = &door.at(span);
        let value = quote_spanned!(span=> #door::ValueOf<#owned>);
        let has_custom = column.options.default.is_some() || column.options.format.is_some();
        let reader = format_ident!("__read_{}", slot, span = field.span());
        let (read, lend) = match has_custom {
            true => (
                quote!(#reader),
                quote_spanned! {span=>
                    #door::VisitMut::custom::<#value>(visitor, &mut columns.#field, #reader);
                },
            ),
            false => (
                quote_spanned!(span=> <#value as #door::Value>::push),
                quote_spanned! {span=>
                    #door::VisitMut::column::<#value>(visitor, &mut columns.#field);
                },
            ),
        };
        Self {
            column,
            name: Literal::string(&column.name),
            expected: expected(column, &value, door),
            custom: match has_custom {
                true => custom(column, &reader, &owned, door),
                false => TokenStream::new(),
            },
            push: quote_spanned! {span=>
                if !#read(&mut columns.#field, field(#slot)) {
                    return ::core::result::Result::Err(#slot);
                }
            },
            take: quote_spanned! {span=>
                <#value as #door::Value>::push_item(
                    &mut columns.#field,
                    #door::Field::item(&item.#field),
                );
            },
            make: quote_spanned! {span=>
                #field: <#in_row as #door::Field<'row>>::of(
                    <#value as #door::Value>::item(&columns.#field, row),
                )
            },
            lend,
            storage: quote_spanned!(span=> #door::ColumnOf<#owned>),
            slice: quote_spanned!(span=> #door::SliceOf<'columns, #owned>),
            value,
        }
    }
}

/// What the column should hold, in the words of an error.
fn expected(column: &Column, value: &TokenStream, door: &TokenStream) -> TokenStream {
    let what = match &column.options.format {
        Some(format) => format!("a date and time as {}", format.text.value()).to_token_stream(),
        None => quote_spanned!(ours(column.ty.span())=> <#value as #door::Value>::EXPECTED),
    };
    let required = column.options.default.is_none();
    quote_spanned! {ours(column.ty.span())=>
        #door::Expected {
            what: #what,
            optional: <#value as #door::Value>::OPTIONAL,
            required: #required,
        }
    }
}

/// The function that reads a field with a format or a default.
fn custom(column: &Column, reader: &Ident, owned: &TokenStream, door: &TokenStream) -> TokenStream {
    let span = ours(column.ty.span());
    let value = quote_spanned!(span=> <#door::ValueOf<#owned> as #door::Value>);
    let add = quote_spanned! {span=>
        #value::push_item(column, #door::Field::item(&value));
        return true;
    };
    let default = column.options.default.as_ref().map(|default| {
        let default = match default {
            Default::OfType(at) => quote_spanned! {at.span()=>
                <#owned as ::core::default::Default>::default()
            },
            Default::Value(value) => value.to_token_stream(),
        };
        quote! {
            if field.is_empty() {
                let value: #owned = #default;
                #add
            }
        }
    });
    let read = match &column.options.format {
        None => quote!(#value::push(column, field)),
        Some(format) => {
            let steps = format.steps.iter().map(step);
            let of_time = quote_spanned!(span=> <#owned as #door::OfTime>::of_time);
            quote! {
                let time = #door::TimeReader::read(field, |time| {
                    #(#steps)*
                    ::core::option::Option::Some(())
                });
                if let ::core::option::Option::Some(time) = time {
                    let value = #of_time(time);
                    #add
                }
                field.is_empty() && #value::push(column, field)
            }
        }
    };
    quote_spanned! {span=>
        fn #reader(column: &mut #door::ColumnOf<#owned>, field: &[u8]) -> bool {
            #default
            #read
        }
    }
}

fn step(step: &Step) -> TokenStream {
    match step {
        Step::Part(method) => {
            let method = format_ident!("{method}");
            quote!(time.#method()?;)
        }
        Step::Literal(text) => {
            let text = Literal::byte_string(text.as_bytes());
            quote!(time.literal(#text)?;)
        }
    }
}

/// The field's type, with this lifetime in the place of the record's.
fn with_lifetime(column: &Column, of_record: Option<&Lifetime>, to: &str) -> TokenStream {
    struct Rename<'a> {
        of_record: &'a Lifetime,
        to: &'a str,
    }
    impl VisitMut for Rename<'_> {
        fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
            if lifetime.ident == self.of_record.ident {
                *lifetime = Lifetime::new(self.to, lifetime.span());
            }
        }
    }
    let mut ty = column.ty.clone();
    if let Some(of_record) = of_record {
        Rename { of_record, to }.visit_type_mut(&mut ty);
    }
    ty.to_token_stream()
}
