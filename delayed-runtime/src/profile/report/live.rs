//! The page of runs that are under way, served to browsers on this machine.

use std::collections::{BTreeMap, VecDeque};
use std::io::Cursor;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use tiny_http::{Header, Method, Request, Response, Server};

use crate::Error;
use crate::observe::Observed;
use crate::profile::Profiler;

/// The most bars of the page: it is made several times a second.
const BARS: usize = 2_000;
/// Figures younger than that are given again.
const FRESH: Duration = Duration::from_millis(100);
/// How many browsers may be slow at once: each has a thread that writes to it.
const SLOW: usize = 64;

/// Where a dashboard is wished for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wish {
    pub(crate) address: Option<String>,
    /// Whether other machines may look.
    pub(crate) is_public: bool,
}

/// Serves the page until it is dropped.
pub(crate) struct Dashboard {
    server: Arc<Server>,
    address: SocketAddr,
}

/// What the serving threads share.
struct Desk {
    profiler: Profiler,
    /// Names under which a browser may ask, unless anybody may.
    hosts: Option<Vec<String>>,
    last: Mutex<Option<(Instant, Arc<str>)>>,
    waiting: Mutex<Waiting>,
}

/// The connections that are being answered, and what they have asked besides.
type Waiting = BTreeMap<Option<SocketAddr>, VecDeque<Request>>;

impl Dashboard {
    /// Begins to serve what one more observer writes down, if that is wished for.
    ///
    /// # Errors
    ///
    /// When the address is none, is not this machine's own without leave, or is
    /// taken.
    pub(crate) fn open(
        wish: &Wish,
        mut observed: Observed,
    ) -> Result<(Observed, Option<Arc<Self>>), Error> {
        let Some(said) = &wish.address else {
            return Ok((observed, None));
        };
        let address = address(said, wish.is_public)?;
        let failed = |error| {
            Error::failed(format!(
                "the dashboard cannot be served at {address}: {error}"
            ))
        };
        let server = Arc::new(Server::http(address).map_err(failed)?);
        let address = server.server_addr().to_ip().unwrap_or(address);
        let profiler = Profiler::new();
        observed.add(Arc::new(profiler.clone()));
        let desk = Arc::new(Desk {
            profiler,
            hosts: (!wish.is_public).then(|| hosts(address)),
            last: Mutex::default(),
            waiting: Mutex::default(),
        });
        let serving = Arc::clone(&server);
        thread()
            .spawn(move || serving.incoming_requests().for_each(|it| desk.receive(it)))
            .map_err(Error::failed)?;
        Ok((observed, Some(Arc::new(Self { server, address }))))
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Dashboard {
    fn drop(&mut self) {
        // Nobody waits for the threads: one may be writing to a browser that does
        // not read.
        self.server.unblock();
    }
}

/// The address, unless others could look without leave.
fn address(said: &str, is_public: bool) -> Result<SocketAddr, Error> {
    let found = said
        .to_socket_addrs()
        .ok()
        .and_then(|mut found| found.next());
    let address = found.ok_or_else(|| {
        Error::failed(format!(
            "{said:?} is no address for a dashboard: give one such as \"127.0.0.1:8787\""
        ))
    })?;
    if address.ip().is_loopback() || is_public {
        return Ok(address);
    }
    Err(Error::failed(format!(
        "a dashboard at {address} could be looked at from other machines: take 127.0.0.1, or say \
         `.dashboard_public(true)` if they may"
    )))
}

/// How a browser on this machine calls it. A page of somebody else's that has its
/// own name point here asks under that name.
fn hosts(address: SocketAddr) -> Vec<String> {
    let ip = match address.ip() {
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => format!("[{ip}]"),
    };
    let names = ["localhost", "127.0.0.1", "[::1]", &ip];
    let port = address.port();
    names.map(|name| format!("{name}:{port}")).to_vec()
}

fn thread() -> thread::Builder {
    thread::Builder::new().name("delayed-dashboard".to_owned())
}

impl Desk {
    /// Has each connection's requests answered on a thread of its own: a browser
    /// that does not read what it has asked for holds up nobody else.
    fn receive(self: &Arc<Self>, request: Request) {
        let browser = request.remote_addr().copied();
        let mut waiting = self.waiting();
        if let Some(queue) = waiting.get_mut(&browser) {
            queue.push_back(request);
        } else if waiting.len() < SLOW {
            waiting.insert(browser, VecDeque::new());
            drop(waiting);
            let desk = Arc::clone(self);
            let serve = move || desk.serve(browser, request);
            // Without a thread there is no answer; the browser will ask again.
            if thread().spawn(serve).is_err() {
                self.waiting().remove(&browser);
            }
        }
    }

    /// Answers the requests of a connection until there are no more.
    fn serve(&self, browser: Option<SocketAddr>, first: Request) {
        let mut next = Some(first);
        while let Some(request) = next {
            self.answer(request);
            let mut waiting = self.waiting();
            next = waiting.get_mut(&browser).and_then(VecDeque::pop_front);
            if next.is_none() {
                waiting.remove(&browser);
            }
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn answer(&self, request: Request) {
        let response = match (self.may_ask(&request), request.method(), request.url()) {
            (false, ..) => plain(
                "ask for this page by the address that the program was given",
                403,
            ),
            (_, Method::Get, "/") => page(self.page().into_bytes(), "text/html; charset=utf-8"),
            (_, Method::Get, "/data.json") => {
                page(self.data().as_bytes().to_vec(), "application/json")
            }
            (_, Method::Get, _) => plain("there is nothing here: look at /", 404),
            _ => plain("this page can only be looked at", 405),
        };
        // A browser that has gone does not need it.
        let _ = request.respond(response);
    }

    fn may_ask(&self, request: &Request) -> bool {
        let Some(hosts) = &self.hosts else {
            return true;
        };
        let headers = request.headers().iter();
        let mut asked = headers.filter(|header| header.field.equiv("Host"));
        asked.any(|host| hosts.iter().any(|own| own == host.value.as_str()))
    }

    fn page(&self) -> String {
        let profile = self.profiler.profile();
        profile.page(&live(profile.data(BARS)))
    }

    /// The figures as JSON.
    fn data(&self) -> Arc<str> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        match &*last {
            Some((made, data)) if made.elapsed() < FRESH => Arc::clone(data),
            _ => {
                let data: Arc<str> = live(self.profiler.profile().data(BARS)).to_string().into();
                *last = Some((Instant::now(), Arc::clone(&data)));
                data
            }
        }
    }
}

fn live(mut data: Value) -> Value {
    data["live"] = true.into();
    data
}

fn page(content: Vec<u8>, kind: &str) -> Response<Cursor<Vec<u8>>> {
    let headers = [("Content-Type", kind), ("Cache-Control", "no-store")];
    let response = Response::from_data(content);
    headers.into_iter().fold(
        response,
        |response, (name, value)| match Header::from_bytes(name, value) {
            Ok(header) => response.with_header(header),
            Err(()) => response,
        },
    )
}

fn plain(text: &str, status: u16) -> Response<Cursor<Vec<u8>>> {
    Response::from_string(text).with_status_code(status)
}
