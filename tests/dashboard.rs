//! The page of runs that are under way, asked for as a browser does.
#![cfg(feature = "dashboard")]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};

use delayed::prelude::*;

#[delayed]
fn double(x: u64) -> u64 {
    2 * x
}

/// The status and the content of an answer.
fn ask(address: SocketAddr, method: &str, path: &str, host: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(address).unwrap();
    // In this version of the protocol, a long answer comes in one piece.
    write!(
        stream,
        "{method} {path} HTTP/1.0\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
    let content = answer.split_once("\r\n\r\n").unwrap().1.to_owned();
    (status, content)
}

fn count(data: &serde_json::Value) -> u64 {
    let stages = data["stages"].as_array().unwrap().iter();
    let loops = stages.filter(|stage| stage["kind"] == "loop");
    loops.map(|stage| stage["count"].as_u64().unwrap()).sum()
}

#[test]
fn the_figures_are_those_of_the_runs_so_far() {
    let runtime = Runtime::builder()
        .threads(2)
        .dashboard("127.0.0.1:0")
        .build()
        .unwrap();
    let address = runtime.dashboard().unwrap();
    let host = address.to_string();
    let figures = || -> serde_json::Value {
        let (status, content) = ask(address, "GET", "/data.json", &host);
        assert_eq!(status, 200);
        serde_json::from_str(&content).unwrap()
    };
    assert_eq!(count(&figures()), 0);
    let job = pipeline!(for x in 0..100_u64 {
        // The page can be looked at while the run is under way.
        if x == 50 {
            let data = (figures)();
            assert!(data["live"] == true);
        }
        double(x)
    });
    assert_eq!(job.compute_on(&runtime).unwrap().len(), 100);
    // Figures are given again for a while.
    while count(&figures()) != 100 {}
    let (status, page) = ask(address, "GET", "/", &host);
    assert_eq!(status, 200);
    assert!(page.contains("<!doctype html>") && page.contains("for x in 0..100_u64"));
}

#[test]
fn who_asks_otherwise_gets_nothing() {
    let runtime = Runtime::builder().dashboard("127.0.0.1:0").build().unwrap();
    let address = runtime.dashboard().unwrap();
    let host = address.to_string();
    assert_eq!(ask(address, "GET", "/", "evil.example").0, 403);
    assert_eq!(ask(address, "GET", "/other", &host).0, 404);
    assert_eq!(ask(address, "POST", "/", &host).0, 405);
    let local = format!("localhost:{}", address.port());
    assert_eq!(ask(address, "GET", "/data.json", &local).0, 200);
}

#[test]
fn addresses_that_cannot_be_had_are_refused() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap();
    for (address, said) in [
        ("0.0.0.0:0", "other machines"),
        ("here", "no address"),
        (&*taken.to_string(), "cannot be served"),
    ] {
        let error = Runtime::builder().dashboard(address).build().unwrap_err();
        assert!(error.to_string().contains(said), "{error}");
    }
    let public = Runtime::builder()
        .dashboard("0.0.0.0:0")
        .dashboard_public(true);
    let address = public.build().unwrap().dashboard().unwrap();
    assert!(!address.ip().is_loopback());
    assert!(Runtime::default().dashboard().is_none());
}

#[test]
fn browsers_that_do_not_read_hold_up_nobody() {
    let runtime = Runtime::builder().dashboard("127.0.0.1:0").build().unwrap();
    let address = runtime.dashboard().unwrap();
    let host = address.to_string();
    // Each asks for far more than the system keeps for it.
    let page = format!("GET / HTTP/1.1\r\nHost: {host}\r\n\r\n");
    let stuck: Vec<_> = (0..20)
        .map(|_| {
            let mut stream = TcpStream::connect(address).unwrap();
            stream.write_all(page.repeat(200).as_bytes()).unwrap();
            // The library that accepts connections loses count where many come at
            // the same moment: the next one comes when this one is being answered.
            stream.read_exact(&mut [0]).unwrap();
            stream
        })
        .collect();
    for _ in 0..10 {
        assert_eq!(ask(address, "GET", "/data.json", &host).0, 200);
    }
    drop(stuck);
}
