//! Attacks on a session that a demo plays against itself, and their outcomes.

use crate::{domain::timestamp::Timestamp, tr_mark};

/// An attack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attack {
    /// After a log out, the attacker sends the old cookie again.
    Replay,
    /// An id that the attacker knows is put into the victim's browser before the log in (session fixation).
    Plant,
    /// The attacker guesses ids.
    Forge,
    /// Many tabs change one session at the same moment.
    Race,
    /// A cookie is used after its session expired.
    Expire,
}

impl Attack {
    /// All attacks.
    pub const ALL: [Self; 5] = [Self::Replay, Self::Plant, Self::Forge, Self::Race, Self::Expire];

    /// Its name in a form.
    pub fn name(self) -> &'static str {
        match self {
            Self::Replay => "replay",
            Self::Plant => "plant",
            Self::Forge => "forge",
            Self::Race => "race",
            Self::Expire => "expire",
        }
    }

    /// Finds an attack by its name in a form.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|attack| attack.name() == name)
    }

    /// Its heading.
    pub fn title(self) -> &'static str {
        match self {
            Self::Replay => tr_mark!("Replay an old cookie after the log out"),
            Self::Plant => tr_mark!("Plant an id"),
            Self::Forge => tr_mark!("Forge an id"),
            Self::Race => tr_mark!("Race sixteen tabs"),
            Self::Expire => tr_mark!("Use a session that expired"),
        }
    }

    /// The text of its button.
    pub fn button(self) -> &'static str {
        match self {
            Self::Replay => tr_mark!("Play the replay"),
            Self::Plant => tr_mark!("Play the planted id"),
            Self::Forge => tr_mark!("Play the forged ids"),
            Self::Race => tr_mark!("Play the race"),
            Self::Expire => tr_mark!("Play the expiry"),
        }
    }

    /// What happens in the attack, and what the attacker hopes for.
    pub fn hope(self) -> &'static str {
        match self {
            Self::Replay => {
                tr_mark!(
                    "Somebody copied the cookie while its owner was logged in. The owner logs out. Does the copy still give access to the account?"
                )
            }
            Self::Plant => {
                tr_mark!(
                    "The attacker begins a session, puts its id into your browser, and waits until you log in. Does the attacker's copy of the id become logged in, too? (Session fixation.)"
                )
            }
            Self::Forge => {
                tr_mark!(
                    "The attacker makes up ids, and changes a letter of a real one. Does one of them find a session, or make a row in the store?"
                )
            }
            Self::Race => tr_mark!("Sixteen tabs put a mug into the same cart at the same moment. Are all of them there afterwards?"),
            Self::Expire => {
                tr_mark!("A session lasts only ten seconds. Somebody keeps its cookie and uses it again later. Does it still work?")
            }
        }
    }
}

/// The outcome of an attack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Played {
    /// The attack.
    pub attack: Attack,
    /// When it began.
    pub at: Timestamp,
    /// The requests and their answers, in this order.
    pub exchanges: Vec<Exchange>,
    /// What they mean.
    pub verdict: Verdict,
    /// What the library alone did in the same situation.
    pub bare: Bare,
    /// Whether the attack still runs: the page has to be loaded again.
    pub is_under_way: bool,
}

/// A request and its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// Who sent it.
    pub who: &'static str,
    /// What was sent.
    pub request: String,
    /// The first letters of the cookie that was sent with it.
    pub cookie: Option<String>,
    /// The answer.
    pub answer: String,
}

/// Whether the attack failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The attack failed.
    Held(String),
    /// The attack worked. This is a bug.
    Broken(String),
    /// The attack still runs.
    Open(String),
}

/// What tower-sessions alone did, used as its examples use it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bare {
    /// What was done and what happened, in this order. It was really run, together with the attack.
    pub lines: Vec<String>,
    /// Whether the attack failed there.
    pub has_held: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attack_is_read_as_it_is_written() {
        for attack in Attack::ALL {
            assert_eq!(Attack::parse(attack.name()), Some(attack));
        }
        assert_eq!(Attack::parse("drop tables"), None);
    }
}
