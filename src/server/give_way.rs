//! Threads that compute give way to those that answer requests.

use thread_priority::ThreadPriority;

/// With this many waiting, hashes get the lowest priority.
const CROWD: usize = 4;

/// How a thread gives way to those that answer requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GiveWay {
    /// The usual priority. With a lower one, a hash of 30 ms takes more than a second on a machine that is busy with something
    /// else, and the next visitor is told that the shop is busy.
    Not,
    /// On Linux niceness 9: a seventh of the share of another thread where both want the same core.
    Partly,
    /// It runs where no other wants the core: on Linux `SCHED_IDLE`. A nice thread gets less time, but keeps the core for its
    /// slice, some milliseconds, after one that answers a request woke up; with hundreds of log-ins every page would feel that.
    Wholly,
}

impl GiveWay {
    /// What so many that wait for their turn mean.
    pub fn of(waiting: usize) -> Self {
        match waiting {
            0 => Self::Not,
            1..CROWD => Self::Partly,
            CROWD.. => Self::Wholly,
        }
    }

    /// Sets the priority of this thread.
    pub fn set(self) -> Result<(), thread_priority::Error> {
        if self == Self::Not {
            return Ok(());
        }
        #[cfg(target_os = "linux")]
        if self == Self::Wholly {
            use thread_priority::unix::{
                NormalThreadSchedulePolicy, ThreadSchedulePolicy, set_thread_priority_and_policy, thread_native_id,
            };
            let idle = ThreadSchedulePolicy::Normal(NormalThreadSchedulePolicy::Idle);
            return set_thread_priority_and_policy(thread_native_id(), ThreadPriority::Min, idle);
        }
        // Of 0 to 99, where 50 is usual.
        let priority: u8 = if self == Self::Wholly { 0 } else { 25 };
        ThreadPriority::try_from(priority).map_err(|_| thread_priority::Error::Priority("beyond 99"))?.set_for_current()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_gives_no_way_a_few_give_way_partly_and_a_crowd_wholly() {
        let expected =
            [(0, GiveWay::Not), (1, GiveWay::Partly), (CROWD - 1, GiveWay::Partly), (CROWD, GiveWay::Wholly), (500, GiveWay::Wholly)];
        for (waiting, give_way) in expected {
            assert_eq!(GiveWay::of(waiting), give_way, "{waiting}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn both_ways_can_be_set_by_anybody() {
        use thread_priority::unix::{NormalThreadSchedulePolicy, ThreadSchedulePolicy, thread_schedule_policy};
        for (give_way, policy) in
            [(GiveWay::Partly, NormalThreadSchedulePolicy::Other), (GiveWay::Wholly, NormalThreadSchedulePolicy::Idle)]
        {
            let set = std::thread::spawn(move || (give_way.set(), thread_schedule_policy())).join().expect("set");
            assert_eq!(set, (Ok(()), Ok(ThreadSchedulePolicy::Normal(policy))));
        }
    }
}
