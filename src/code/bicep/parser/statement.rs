//! Statements.

use std::sync::Arc;

use super::types::Nullable;
use super::{Parser, Read};
use crate::code::bicep::token::Token;
use crate::code::template::expression::Kind;
use crate::code::template::model::{
    Function, Import, Level, Output, Parameter, Symbol, Template, Using, Variable,
};

/// What decorators say that changes a value.
#[derive(Default)]
struct Decorators {
    secure: bool,
}

impl Parser<'_> {
    pub(super) fn program(&mut self) {
        loop {
            self.skip_lines();
            if self.token() == Token::End {
                return;
            }
            self.depth = 0;
            self.children.clear();
            let start = self.at;
            let result = self.statement();
            if let Err(unreadable) = result {
                let super::Unreadable { message, place } = unreadable;
                self.problems.push(crate::code::template::json::Problem { message, place });
                self.recover(start);
            }
        }
    }

    /// Goes on to the next line that begins a statement. It is looked for from the start of the broken one on:
    /// what is not closed swallows the statements after it.
    fn recover(&mut self, start: usize) {
        // At least one word further, so that this ends.
        self.at = start + 1;
        while self.token() != Token::End {
            let first = self.word_at(self.at.saturating_sub(1)).token == Token::NewLine;
            if first && self.begins_statement() && self.at_start_of_line() {
                return;
            }
            self.at += 1;
        }
    }

    fn begins_statement(&self) -> bool {
        let word = self.word();
        match word.token {
            Token::At => true,
            // Otherwise it is a property of that name.
            Token::Name if self.word_at(self.at + 1).token == Token::Colon => false,
            Token::Name => matches!(
                self.written(word),
                "param"
                    | "var"
                    | "resource"
                    | "module"
                    | "output"
                    | "type"
                    | "func"
                    | "import"
                    | "metadata"
                    | "targetScope"
                    | "assert"
                    | "extension"
                    | "provider"
                    | "using"
                    | "extends"
                    | "test"
            ),
            _ => false,
        }
    }

    /// Whether the word is not indented: a nested resource is, a statement hardly ever.
    fn at_start_of_line(&self) -> bool {
        let start = self.word().start as usize;
        start == 0
            || self.text.as_bytes().get(start - 1).is_some_and(|byte| matches!(byte, b'\n' | b'\r'))
    }

    fn statement(&mut self) -> Read<()> {
        let decorators = self.decorators()?;
        let word = self.word();
        if word.token != Token::Name {
            return Err(self.unexpected("a statement"));
        }
        match self.written(word) {
            "targetScope" => self.target_scope()?,
            "param" => self.parameter(&decorators)?,
            "var" => {
                let variable = self.named_value("the name of the variable")?;
                self.template.variables.push(variable);
            }
            "resource" => self.resource()?,
            "module" => self.module()?,
            "output" => {
                let Variable { name, place, value, count } =
                    self.named_value("the name of the output")?;
                self.template.outputs.push(Output { name, place, value, count });
            }
            "type" => self.type_declaration()?,
            "func" => self.function()?,
            "import" => self.import()?,
            "metadata" | "assert" => self.value_of_no_use()?,
            "using" => self.using()?,
            "extends" => self.extends()?,
            "extension" | "provider" | "test" => self.rest_of_statement()?,
            _ => return Err(self.unexpected("a statement")),
        }
        match self.token() {
            Token::NewLine | Token::End => Ok(()),
            _ => Err(self.unexpected("the end of the line")),
        }
    }

    fn decorators(&mut self) -> Read<Decorators> {
        let mut found = Decorators::default();
        while self.take(Token::At).is_some() {
            let decorator = self.expression()?;
            if let Kind::Call(call) = &decorator.kind {
                found.secure |= &*call.name == "secure";
            }
            self.skip_lines();
        }
        Ok(found)
    }

    fn target_scope(&mut self) -> Read<()> {
        self.at += 1;
        self.expect(Token::Assign, "`=`")?;
        let scope = self.expression()?;
        self.template.level =
            match scope.as_text().map(|scope| scope.to_ascii_lowercase()).as_deref() {
                Some("subscription") => Level::Subscription,
                Some("managementgroup") => Level::ManagementGroup,
                Some("tenant") => Level::Tenant,
                _ => Level::ResourceGroup,
            };
        Ok(())
    }

    fn parameter(&mut self, decorators: &Decorators) -> Read<()> {
        self.at += 1;
        let (name, word) = self.name("the name of the parameter")?;
        let mut nullable = Nullable::No;
        if !matches!(self.token(), Token::Assign | Token::NewLine | Token::End) {
            nullable = self.type_expression()?;
        }
        let default = match self.take(Token::Assign) {
            Some(_) => {
                self.skip_lines();
                Some(self.expression()?)
            }
            None => None,
        };
        let parameter = Parameter {
            name,
            place: self.place(word),
            default,
            nullable: nullable == Nullable::Yes,
            secure: decorators.secure,
        };
        if let Nullable::As(alias) = nullable {
            self.aliased.push((self.template.parameters.len(), alias));
        }
        self.template.parameters.push(parameter);
        Ok(())
    }

    /// `var x = …`, `output x string = …`
    fn named_value(&mut self, expected: &str) -> Read<Variable> {
        self.at += 1;
        let (name, word) = self.name(expected)?;
        if self.token() != Token::Assign {
            self.type_expression()?;
        }
        self.expect(Token::Assign, "`=`")?;
        self.skip_lines();
        let value = self.expression()?;
        Ok(Variable { name, place: self.place(word), value, count: None })
    }

    fn type_declaration(&mut self) -> Read<()> {
        self.at += 1;
        let (_, word) = self.name("the name of the type")?;
        self.expect(Token::Assign, "`=`")?;
        self.skip_lines();
        let nullable = self.type_expression()?;
        self.nullable.insert(self.written(word), nullable);
        Ok(())
    }

    fn function(&mut self) -> Read<()> {
        self.at += 1;
        let (name, _) = self.name("the name of the function")?;
        self.expect(Token::OpenParenthesis, "`(`")?;
        let mut parameters: Vec<Arc<str>> = Vec::new();
        loop {
            self.skip_lines();
            if self.take(Token::CloseParenthesis).is_some() {
                break;
            }
            parameters.push(self.name("the name of a parameter")?.0);
            self.type_expression()?;
            self.skip_lines();
            self.take(Token::Comma);
        }
        self.type_expression()?;
        self.expect(Token::Arrow, "`=>`")?;
        self.skip_lines();
        let body = self.expression()?;
        self.template.functions.push(Function { name, parameters: parameters.into(), body });
        Ok(())
    }

    /// `import {a, b as c} from 'x'`, `import * as n from 'x'`, or the old `import 'extension@1.0'`.
    fn import(&mut self) -> Read<()> {
        self.at += 1;
        let mut names: Vec<(Arc<str>, Arc<str>)> = Vec::new();
        match self.token() {
            Token::OpenBrace => {
                self.at += 1;
                loop {
                    while matches!(self.token(), Token::NewLine | Token::Comma) {
                        self.at += 1;
                    }
                    if self.take(Token::CloseBrace).is_some() {
                        break;
                    }
                    let there = self.imported_name()?;
                    let here = if self.take_keyword("as") {
                        self.name("a name")?.0
                    } else {
                        there.clone()
                    };
                    names.push((there, here));
                }
            }
            Token::Star => {
                self.at += 1;
                self.expect_keyword("as")?;
                names.push(("".into(), self.name("a name")?.0));
            }
            _ => return self.rest_of_statement(),
        }
        self.expect_keyword("from")?;
        let (from, word) = self.plain_text("the path of a file")?;
        for (name, here) in names {
            let at = self.template.imports.len();
            self.template.imports.push(Import {
                name,
                from: from.clone(),
                place: self.place(word),
            });
            self.template.names.insert(here, Symbol::Import(at));
        }
        Ok(())
    }

    fn imported_name(&mut self) -> Read<Arc<str>> {
        match self.token() {
            Token::Text => Ok(self.plain_text("a name")?.0),
            _ => Ok(self.name("a name")?.0),
        }
    }

    /// `metadata x = …`, `assert x = …`
    fn value_of_no_use(&mut self) -> Read<()> {
        self.at += 1;
        self.name("a name")?;
        self.expect(Token::Assign, "`=`")?;
        self.skip_lines();
        self.expression()?;
        Ok(())
    }

    fn using(&mut self) -> Read<()> {
        self.at += 1;
        if self.token() == Token::Text {
            let (path, word) = self.plain_text("the path of a template")?;
            let place = self.place(word);
            self.template.using.get_or_insert_with(Using::default).template = Some((path, place));
        }
        self.rest_of_statement()
    }

    fn extends(&mut self) -> Read<()> {
        self.at += 1;
        let (path, word) = self.plain_text("the path of a parameter file")?;
        let place = self.place(word);
        self.template.using.get_or_insert_with(Using::default).extends = Some((path, place));
        Ok(())
    }

    /// To the end of the line on which all brackets are closed.
    fn rest_of_statement(&mut self) -> Read<()> {
        let mut open = 0_u32;
        loop {
            match self.token() {
                Token::End => return Ok(()),
                Token::NewLine if open == 0 => return Ok(()),
                Token::OpenBrace | Token::OpenBracket | Token::OpenParenthesis => open += 1,
                Token::CloseBrace | Token::CloseBracket | Token::CloseParenthesis => {
                    open = open.saturating_sub(1);
                }
                _ => {}
            }
            self.at += 1;
        }
    }

    /// The template, with its names findable.
    pub(super) fn finished(mut self) -> Template {
        let aliased = std::mem::take(&mut self.aliased);
        for (at, alias) in aliased {
            let nullable = self.is_nullable(Nullable::As(alias));
            if let Some(parameter) = self.template.parameters.get_mut(at) {
                parameter.nullable = nullable;
            }
        }
        let mut template = self.template;
        let mut put = |name: &Arc<str>, symbol: Symbol| {
            template.names.entry(name.clone()).or_insert(symbol);
        };
        for (at, parameter) in template.parameters.iter().enumerate() {
            put(&parameter.name, Symbol::Parameter(at));
        }
        for (at, variable) in template.variables.iter().enumerate() {
            put(&variable.name, Symbol::Variable(at));
        }
        for (at, function) in template.functions.iter().enumerate() {
            put(&function.name, Symbol::Function(at));
        }
        let outer =
            template.resources.iter().enumerate().filter(|(_, resource)| resource.within.is_none());
        let inner =
            template.resources.iter().enumerate().filter(|(_, resource)| resource.within.is_some());
        for (at, resource) in outer.chain(inner) {
            if let Some(symbol) = &resource.symbol {
                put(symbol, Symbol::Resource(at));
            }
        }
        template
    }
}
