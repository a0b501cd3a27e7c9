//! How the directory's lists are made from its rows, as of one day.
//! Invariant: a list holds only what is valid that day together with all it hangs on: a post of a closed
//! department is not offered, whatever its own dates say.

use super::directory::Directory;
use super::model::{Department, Organ, Post, Weight};
use super::store::Rows;
use crate::kit::{Arrangement, Calendar, Day, PersonId, PostId, pinyin, text};
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

fn calendar(kept: &[Arrangement]) -> Calendar {
    let mut calendar = Calendar::built_in();
    for year in kept {
        calendar.announce(year.clone());
    }
    calendar
}

impl Directory {
    /// Draws all lists from the rows, as of `today`.
    pub(super) fn of(rows: Arc<Rows>, today: Day, version: u64) -> Self {
        let mut d = Self {
            version,
            today: Some(today),
            organ_at: places(&rows.organs, |o| o.id),
            dept_at: places(&rows.departments, |o| o.id),
            post_at: places(&rows.posts, |o| o.id),
            person_at: places(&rows.people, |o| o.id),
            calendar: calendar(&rows.holidays),
            rows,
            ..Self::default()
        };
        d.draw_departments(today);
        d.draw_people(today);
        d.draw_holdings(today);
        d.draw_charges();
        d.draw_standing(today);
        d
    }

    fn draw_departments(&mut self, today: Day) {
        let rows = self.rows.clone();
        let mut organs: Vec<&Organ> = rows.organs.iter().collect();
        organs.retain(|o| o.validity.holds(today));
        self.live_organs = organs.iter().map(|o| o.id).collect();
        let mut depts: Vec<&Department> = rows.departments.iter().collect();
        depts.retain(|d| d.validity.holds(today) && self.live_organs.contains(&d.organ));
        depts.sort_by_key(|d| (d.sort, d.id));
        for d in depts {
            self.depts_of.entry(d.organ).or_default().push(d.id);
            self.posts_in.insert(d.id, Vec::new());
        }
        let mut posts: Vec<&Post> = rows.posts.iter().collect();
        posts.retain(|p| p.validity.holds(today));
        posts.sort_by_key(|p| (p.sort, p.id));
        for p in posts {
            if let Some(list) = self.posts_in.get_mut(&p.department) {
                list.push(p.id);
                self.holders_of.insert(p.id, Vec::new());
            }
        }
        for p in &rows.posts {
            if let Some(heir) = p.successor {
                self.heirs_from.entry(heir).or_default().push(p.id);
            }
        }
    }

    fn draw_people(&mut self, today: Day) {
        let rows = self.rows.clone();
        let mut people: Vec<(i64, String, PersonId)> = Vec::new();
        for p in rows.people.iter().filter(|p| p.validity.holds(today)) {
            people.push((p.sort, pinyin::name_sort_key(&p.name), p.id));
            let name = text::fold_search(&p.name);
            self.by_name.entry(name).or_default().push(p.id);
        }
        people.sort();
        self.live_people = people.into_iter().map(|(_, _, id)| id).collect();
        for p in &rows.people {
            if let Some(mobile) = &p.mobile {
                self.by_mobile.insert(mobile.clone(), p.id);
            }
            if let Some(no) = &p.staff_no {
                self.by_staff_no.insert(text::fold_search(no), p.id);
            }
        }
    }

    fn draw_holdings(&mut self, today: Day) {
        let rows = self.rows.clone();
        let mut held: HashMap<PersonId, Vec<(Weight, PostId)>> = HashMap::new();
        for h in rows.holdings.iter().filter(|h| h.validity.holds(today)) {
            let list = held.entry(h.person).or_default();
            if !list.iter().any(|(_, p)| *p == h.post) {
                list.push((h.weight, h.post));
            }
        }
        // in the order of people, so that every list of holders comes out in that order
        for person in self.live_people.clone() {
            let mut posts = held.remove(&person).unwrap_or_default();
            posts.retain(|(_, p)| self.holders_of.contains_key(p));
            posts.sort_by_key(|(w, p)| (*w == Weight::Side, self.post_order(*p)));
            for (_, post) in &posts {
                self.holders_of.entry(*post).or_default().push(person);
            }
            let posts = posts.into_iter().map(|(_, p)| p).collect();
            self.posts_of.insert(person, posts);
        }
    }

    fn draw_charges(&mut self) {
        let rows = self.rows.clone();
        for c in &rows.charges {
            if self.is_open_post(c.post) && self.is_open_dept(c.department) {
                self.leaders_of
                    .entry(c.department)
                    .or_default()
                    .push(c.post);
                self.charges_of
                    .entry(c.post)
                    .or_default()
                    .push(c.department);
            }
        }
        let mut leaders = std::mem::take(&mut self.leaders_of);
        for list in leaders.values_mut() {
            list.sort_by_key(|p| self.post_order(*p));
        }
        self.leaders_of = leaders;
        let mut charges = std::mem::take(&mut self.charges_of);
        for list in charges.values_mut() {
            list.sort_by_key(|d| self.dept(*d).map(|d| (d.sort, d.id)));
        }
        self.charges_of = charges;
    }

    fn post_order(&self, post: PostId) -> (Option<i64>, Option<i64>, PostId) {
        let post_row = self.post(post);
        let dept = post_row.and_then(|p| self.dept(p.department));
        (dept.map(|d| d.sort), post_row.map(|p| p.sort), post)
    }
}

fn places<T, I: Eq + Hash>(rows: &[T], id: impl Fn(&T) -> I) -> HashMap<I, usize> {
    rows.iter().enumerate().map(|(i, r)| (id(r), i)).collect()
}
