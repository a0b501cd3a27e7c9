//! People to Excel in the columns of the import (U46), and the template to fill in.
//! Invariant: what [`people`] writes, the import reads back to the same people, posts and charges.
//! Not for lists on the screen, nor for who may take them out (`access`).

use super::Directory;
use super::import::{COLUMNS, Column};
use super::model::{DeptKind, Person, Post};
use crate::kit::{Cell, OrganId, Result, Table, sheet};

const WIDTHS: [f64; 7] = [12.0, 26.0, 22.0, 15.0, 12.0, 36.0, 14.0];

/// All people of an organ, one row a post, in the order of departments and posts.
#[must_use]
pub fn people(directory: &Directory, organ: OrganId) -> Table {
    let mut table = empty("人员");
    for dept in directory.depts_of(organ) {
        for post in directory.posts_in(dept.id) {
            for person in directory.holders_of(post.id) {
                table.rows.push(row(directory, person, Some(post)));
            }
        }
    }
    // with several organs nobody knows whose somebody without a post is: the first organ's list has them
    if directory.first_organ().is_some_and(|o| o.id == organ) {
        for person in directory.people() {
            if directory.main_post(person.id).is_none() {
                table.rows.push(row(directory, person, None));
            }
        }
    }
    table
}

/// [`people`] as a file.
pub fn people_file(directory: &Directory, organ: OrganId) -> Result<Vec<u8>> {
    sheet::write_table(&people(directory, organ))
}

/// The sheet to fill in, with what to write and the names of this organ's departments above it.
#[must_use]
pub fn template(directory: &Directory, organ: OrganId) -> Table {
    let mut table = empty("人员导入");
    let depts: Vec<&str> = directory
        .depts_of(organ)
        .map(|d| d.short_name.as_str())
        .collect();
    table.notes = vec![
        "一人一行；一人有几个岗位的写几行，备注写“主岗”的是主要岗位，没有写的以第一行为主"
            .to_owned(),
        "部门写全称或简称；岗位还没有的会自动新设；手机、工号可以不填，重名的人必须填一项"
            .to_owned(),
        "“分管部门”只有班子成员填，几个部门用顿号隔开".to_owned(),
        format!("已有部门：{}", depts.join("、")),
    ];
    table
}

/// [`template`] as a file.
pub fn template_file(directory: &Directory, organ: OrganId) -> Result<Vec<u8>> {
    sheet::write_table(&template(directory, organ))
}

fn empty(name: &str) -> Table {
    Table {
        sheet_name: name.to_owned(),
        headers: COLUMNS.map(|c| c.heading().to_owned()).to_vec(),
        rows: Vec::new(),
        widths: WIDTHS.to_vec(),
        notes: Vec::new(),
    }
}

fn row(directory: &Directory, person: &Person, post: Option<&Post>) -> Vec<Cell> {
    let dept = post.and_then(|p| directory.dept(p.department));
    let value = |column: Column| -> String {
        match column {
            Column::Name => person.name.clone(),
            Column::Dept => dept.map(|d| d.name.clone()).unwrap_or_default(),
            Column::Post => post.map(|p| p.name.clone()).unwrap_or_default(),
            Column::Mobile => person.mobile.clone().unwrap_or_default(),
            Column::StaffNo => person.staff_no.clone().unwrap_or_default(),
            Column::Charges => match (post, dept.map(|d| d.kind)) {
                (Some(p), Some(DeptKind::Leaders)) => charges(directory, p),
                _ => String::new(),
            },
            Column::Note => note(directory, person, post).to_owned(),
            Column::Error => String::new(),
        }
    };
    COLUMNS.map(|c| Cell::of_text(&value(c))).to_vec()
}

fn charges(directory: &Directory, post: &Post) -> String {
    let names: Vec<&str> = directory
        .charges_of(post.id)
        .map(|d| d.short_name.as_str())
        .collect();
    names.join("、")
}

/// Said only where somebody has several posts.
fn note(directory: &Directory, person: &Person, post: Option<&Post>) -> &'static str {
    let main = directory.main_post(person.id).map(|p| p.id);
    match post {
        Some(_) if directory.posts_of(person.id).count() < 2 => "",
        Some(p) if Some(p.id) == main => "主岗",
        Some(_) => "兼任",
        None => "",
    }
}
