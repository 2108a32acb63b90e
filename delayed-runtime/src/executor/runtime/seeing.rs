//! Who is told what the runs of a runtime do, and where that is shown.

#[cfg(feature = "dashboard")]
use std::net::SocketAddr;
use std::sync::Arc;

#[cfg(feature = "profile")]
use super::Runtime;
use super::RuntimeBuilder;
use crate::observe::Observer;

#[cfg(feature = "profile")]
impl Runtime {
    /// The same runtime, whose runs one more observer is told of.
    pub(crate) fn with(&self, observer: impl Observer + 'static) -> Self {
        let mut home = self.home.clone();
        home.observed.add(Arc::new(observer));
        Self::new(home, self.bounds.clone(), self.deadline)
    }

    /// Where its [dashboard](RuntimeBuilder::dashboard) is served, if it has one.
    #[cfg(feature = "dashboard")]
    #[must_use]
    pub fn dashboard(&self) -> Option<SocketAddr> {
        self.home.dashboard.as_ref().map(|it| it.address())
    }
}

impl RuntimeBuilder {
    /// Tells an observer what its runs do, besides those that it was given
    /// before.
    #[must_use]
    pub fn observer(mut self, observer: impl Observer + 'static) -> Self {
        self.observed.add(Arc::new(observer));
        self
    }

    /// Shows on the terminal how far its runs are: a line for each loop, and one
    /// for the steps of graphs made at run time. They go to standard error, and
    /// only if that is a terminal. What is printed meanwhile goes between them by
    /// [`observe::suspend`](crate::observe::suspend).
    #[cfg(feature = "progress")]
    #[must_use]
    pub fn progress(self, shows: bool) -> Self {
        match crate::observe::progress::Lines::new() {
            Some(lines) if shows => self.observer(lines),
            _ => self,
        }
    }

    /// Enters a span of `tracing` for each run, loop and task, with its name and
    /// place, so that whatever the program has installed for that sees them: logs,
    /// OpenTelemetry, Tracy. Tasks are steps of graphs made at run time, and calls
    /// in pipelines, however short they are. Retries are warnings, and failures of
    /// runs are errors.
    #[cfg(feature = "tracing")]
    #[must_use]
    pub fn tracing(self, enters: bool) -> Self {
        if enters {
            self.observer(crate::observe::spans::Spans::default())
        } else {
            self
        }
    }

    /// Serves a page that shows what its runs do, while they do it, at an address
    /// such as `"127.0.0.1:8787"`: that of
    /// [`write_html`](crate::profile::Profile::write_html), with new figures
    /// several times a second. With port 0 the system takes a free one, and
    /// [`Runtime::dashboard`] says which. It ends with the runtime.
    ///
    /// Only addresses of this machine itself are taken, unless
    /// [`dashboard_public`](Self::dashboard_public) says otherwise.
    ///
    /// ```
    /// use delayed_runtime::Runtime;
    ///
    /// let runtime = Runtime::builder().dashboard("127.0.0.1:0").build()?;
    /// println!("look at http://{}", runtime.dashboard().expect("it was asked for"));
    ///
    /// let open = Runtime::builder().dashboard("0.0.0.0:8787").build();
    /// assert!(open.unwrap_err().to_string().contains("other machines"));
    /// # Ok::<(), delayed_runtime::Error>(())
    /// ```
    #[cfg(feature = "dashboard")]
    #[must_use]
    pub fn dashboard(mut self, address: impl Into<String>) -> Self {
        self.dashboard.address = Some(address.into());
        self
    }

    /// Lets other machines look at the dashboard. Whoever reaches its address
    /// can: it asks for no password, and what it says is not encrypted.
    #[cfg(feature = "dashboard")]
    #[must_use]
    pub fn dashboard_public(mut self, is_public: bool) -> Self {
        self.dashboard.is_public = is_public;
        self
    }
}
