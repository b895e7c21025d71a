//! In the browser: one stream of events for all open tabs of the shop.
//!
//! A visible tab asks for a lock (Web Locks). The tab that holds the lock listens to the server, and passes each event on to the
//! other tabs. When that tab is hidden or closed, the lock goes to another visible tab. In a browser without locks or channels,
//! each visible tab listens for itself. Hidden tabs do not listen, because a browser opens few connections to one shop. They ask
//! when they are shown again.

use crate::{
    components::tab::Channel,
    domain::{session_event::SessionEvent, session_parts::Parts},
};
use leptos::{
    leptos_dom::helpers::set_timeout,
    prelude::*,
    wasm_bindgen::{JsCast, JsValue, prelude::Closure},
    web_sys::js_sys::{Function, Math, Promise, Reflect},
};
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    time::Duration,
};
use web_sys::{EventSource, MessageEvent};

/// The name of the lock and of the channel.
pub const NAME: &str = "session-events";
/// The message of a tab that was just shown. The tab that listens answers with what it knows.
const QUESTION: &str = "?";
/// Begins the message that a session is over. The event and the login of the page follow.
const END: char = '!';
/// The first and the longest pause before a broken stream is opened again, in seconds. A random time is added, so that the tabs do
/// not all come at once after a restart of the shop.
const PAUSES: (f64, f64) = (1.0, 60.0);
/// How long a tab without the lock waits for an answer of the server.
const ANSWER: Duration = Duration::from_secs(5);

/// What a tab learns from an event.
#[derive(Clone, Debug)]
pub enum News {
    /// The current parts of the session.
    Parts(Parts),
    /// The session is over.
    Over(SessionEvent),
}

/// One tab's side of the stream; cheap to clone.
#[derive(Clone)]
pub struct OneStream(Rc<Inner>);

/// What a tab does with news.
type Hear = Box<dyn Fn(&OneStream, News)>;

struct Inner {
    /// What this tab knows, for the server and for other tabs.
    knows: RefCell<Parts>,
    hear: Hear,
    channel: Channel,
    /// The browser's locks, if it has both locks and channels.
    locks: Option<JsValue>,
    /// Whether this tab has asked for the lock, or holds it.
    has_asked: Cell<bool>,
    /// Gives the lock back.
    release: RefCell<Option<Function>>,
    source: RefCell<Option<EventSource>>,
    /// Whether the server ever let this tab listen.
    was_open: Cell<bool>,
    pause: Cell<f64>,
    is_over: Cell<bool>,
}

impl OneStream {
    /// Begins to listen, for a tab that knows these parts.
    pub fn open(knows: Parts, hear: impl Fn(&Self, News) + 'static) {
        let locks = Reflect::get(&window(), &"navigator".into()).and_then(|navigator| Reflect::get(&navigator, &"locks".into())).ok();
        let channel = Channel::open(NAME);
        let locks = locks.filter(|locks| locks.is_object() && channel.is_open());
        let this = Self(Rc::new(Inner {
            knows: RefCell::new(knows),
            hear: Box::new(hear),
            channel,
            locks,
            has_asked: Cell::new(false),
            release: RefCell::default(),
            source: RefCell::default(),
            was_open: Cell::new(false),
            pause: Cell::new(PAUSES.0),
            is_over: Cell::new(false),
        }));
        if this.0.locks.is_some() {
            let heard = this.clone();
            this.0.channel.hear(move |message| heard.hear_tab(&message.as_string().unwrap_or_default()));
        }
        let seen = this.clone();
        window_event_listener_untyped("visibilitychange", move |_| seen.wake());
        let left = this.clone();
        window_event_listener_untyped("pagehide", move |_| left.end());
        this.wake();
    }

    /// What this tab knows.
    pub fn knows(&self) -> Parts {
        self.0.knows.borrow().clone()
    }

    /// Notes what this tab knows now.
    pub fn learn(&self, parts: Parts) {
        self.0.knows.replace(parts);
    }

    /// Stops listening.
    pub fn end(&self) {
        self.0.is_over.set(true);
        self.close();
    }

    /// Begins or stops listening, after the tab was shown or hidden.
    fn wake(&self) {
        if document().hidden() {
            return self.close();
        }
        if self.0.is_over.get() {
            return;
        }
        let Some(locks) = &self.0.locks else { return self.listen() };
        self.0.channel.say(&QUESTION.into());
        if !self.0.has_asked.replace(true) {
            self.ask_for_lock(locks);
        }
    }

    fn ask_for_lock(&self, locks: &JsValue) {
        let this = self.clone();
        let granted = Closure::once_into_js(move |_: JsValue| Promise::new(&mut |release, _| this.lead(release)));
        let request = Reflect::get(locks, &"request".into()).ok().and_then(|request| request.dyn_into::<Function>().ok());
        let asked = request.and_then(|request| request.call2(locks, &NAME.into(), &granted).ok());
        if asked.is_none() {
            self.listen();
        }
    }

    /// Called when this tab gets the lock.
    fn lead(&self, release: Function) {
        self.0.release.replace(Some(release));
        if self.0.is_over.get() || document().hidden() {
            self.close();
        } else {
            self.listen();
        }
    }

    fn close(&self) {
        self.stop();
        if let Some(release) = self.0.release.take() {
            let _ = release.call0(&JsValue::UNDEFINED);
            self.0.has_asked.set(false);
        }
    }

    fn stop(&self) {
        if let Some(source) = self.0.source.take() {
            source.close();
        }
    }

    fn listen(&self) {
        self.stop();
        let address = format!("{}?{}", SessionEvent::ADDRESS, self.0.knows.borrow());
        let Ok(source) = EventSource::new(&address) else { return };
        let (over, parts, opened, failed) = (self.clone(), self.clone(), self.clone(), self.clone());
        let over = listener(move |message| over.pass_on(News::Over(SessionEvent::parse(&text(&message)))));
        let parts = listener(move |message| parts.pass_on(News::Parts(Parts::parse(&text(&message)))));
        let opened = listener(move |_| {
            opened.0.was_open.set(true);
            opened.0.pause.set(PAUSES.0);
        });
        let failed = listener(move |_| failed.come_back());
        for (name, listener) in [(SessionEvent::NAME, over), (SessionEvent::PARTS, parts), ("open", opened), ("error", failed)] {
            let _ = source.add_event_listener_with_callback(name, &listener);
        }
        self.0.source.replace(Some(source));
    }

    /// Called when the stream broke: opens it again after a while. If the server refused this tab from the start (429), it tries
    /// again only when the tab is shown again; the page works without the stream.
    fn come_back(&self) {
        let is_refused = self.0.source.borrow().as_ref().is_some_and(|source| source.ready_state() == EventSource::CLOSED);
        self.stop();
        if is_refused && !self.0.was_open.get() {
            return;
        }
        let pause = self.0.pause.get();
        self.0.pause.set((pause * 2.0).min(PAUSES.1));
        let this = self.clone();
        let again = move || {
            let may_listen = this.0.release.borrow().is_some() || this.0.locks.is_none();
            if may_listen && !this.0.is_over.get() && !document().hidden() && this.0.source.borrow().is_none() {
                this.listen();
            }
        };
        set_timeout(again, Duration::from_secs_f64(pause * (1.0 + 4.0 * Math::random())));
    }

    /// Passes news from the server on to this tab and the others.
    fn pass_on(&self, news: News) {
        let message = match &news {
            News::Parts(parts) => parts.to_string(),
            News::Over(event) => format!("{END}{}{END}{:x}", event.as_str(), self.login()),
        };
        self.0.channel.say(&message.into());
        (self.0.hear)(self, news);
    }

    /// Hears a message of another tab. The page of that tab may have been made for another login than this one.
    fn hear_tab(&self, message: &str) {
        if self.0.is_over.get() {
            return;
        }
        if message == QUESTION {
            // Only the tab that listens is surely up to date.
            if self.0.source.borrow().is_some() {
                self.0.channel.say(&self.0.knows.borrow().to_string().into());
            }
        } else if let Some((event, login)) = message.strip_prefix(END).and_then(|end| end.split_once(END)) {
            if u32::from_str_radix(login, 16) == Ok(self.login()) {
                (self.0.hear)(self, News::Over(SessionEvent::parse(event)));
            }
        } else {
            let parts = Parts::parse(message);
            if parts.get(Parts::LOGIN) == Some(self.login()) {
                (self.0.hear)(self, News::Parts(parts));
            } else {
                self.ask_server();
            }
        }
    }

    /// Asks the server, because one of two tabs is out of date, and only the server knows which one.
    fn ask_server(&self) {
        if document().hidden() || self.0.source.borrow().is_some() {
            return;
        }
        self.listen();
        let this = self.clone();
        let enough = move || {
            if this.0.release.borrow().is_none() {
                this.stop();
            }
        };
        set_timeout(enough, ANSWER);
    }

    fn login(&self) -> u32 {
        self.0.knows.borrow().get(Parts::LOGIN).unwrap_or(Parts::NOBODY)
    }
}

/// A JavaScript function that lives as long as the page.
fn listener(heard: impl Fn(MessageEvent) + 'static) -> Function {
    Closure::<dyn Fn(MessageEvent)>::new(heard).into_js_value().unchecked_into()
}

fn text(message: &MessageEvent) -> String {
    message.data().as_string().unwrap_or_default()
}
