//! How long logins and sessions last: numbers, and the two limits of a login.

/// How long things last, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetimes {
    /// A login, unused.
    pub session_idle: i64,
    /// A login, at most.
    pub session_absolute: i64,
    /// A remembered login, unused.
    pub remember_idle: i64,
    /// A remembered login, at most.
    pub remember_absolute: i64,
    /// A session without login, unused.
    pub anonymous_idle: i64,
}

impl Default for Lifetimes {
    /// A day unused and a week at most; 30 and 90 days with "remember me"; a guest's session 30 days.
    fn default() -> Self {
        const DAY: i64 = 86_400;
        Self {
            session_idle: DAY,
            session_absolute: 7 * DAY,
            remember_idle: 30 * DAY,
            remember_absolute: 90 * DAY,
            anonymous_idle: 30 * DAY,
        }
    }
}

impl Lifetimes {
    /// How often use is recorded: every 5 minutes, or ten times within the shortest idle limit.
    ///
    /// Recording every request would make each page view a write.
    pub fn touch_interval(&self) -> i64 {
        let shortest = self.session_idle.min(self.remember_idle).min(self.anonymous_idle);
        (shortest / 10).clamp(1, 300)
    }

    /// How many seconds before the end of a login its visitor is asked whether to stay: two minutes, or a third of a login that
    /// is made to last less than six, so that the end of one can be watched in seconds.
    pub fn warning(&self, is_remembered: bool) -> i64 {
        let (idle, absolute) = self.of_login(is_remembered);
        (idle.min(absolute) / 3).clamp(1, 120)
    }

    /// Idle and absolute limit of a login.
    pub(super) const fn of_login(&self, is_remembered: bool) -> (i64, i64) {
        if is_remembered { (self.remember_idle, self.remember_absolute) } else { (self.session_idle, self.session_absolute) }
    }
}
