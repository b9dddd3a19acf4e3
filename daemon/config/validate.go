package config

import (
	"fmt"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"motcua/protocol/catalogue"
	"motcua/protocol/wire"
)

// Limits of the visit's durations. A person needs at least a moment to answer,
// and a kiosk that waits for ever serves nobody.
const (
	minWait = time.Second
	maxWait = 10 * time.Minute
)

// Validate tells everything that is wrong with the values; it opens no file.
func (c Config) Validate() []Problem {
	var v checks
	v.name("device.id", c.Device.ID)
	v.name("device.facility", c.Device.Facility)
	v.name("device.province", c.Device.Province)
	v.present("device.facility_name", c.Device.FacilityName)
	v.present("identity.certificate", c.Identity.Certificate)
	v.present("identity.key", c.Identity.Key)
	v.pattern("reader.match", c.Reader.Match)
	v.devices(c.Devices)
	v.trust(c.Trust)
	v.duty(c.Duty)
	v.tickets(c.Tickets)
	v.services(c.Services)
	v.numbered(c)
	v.signed(c)
	v.present("queue.file", c.Queue.File)
	v.that("queue.max_items", c.Queue.MaxItems >= 10, "must be at least 10")
	v.that("queue.max_bytes", c.Queue.MaxBytes >= 16<<20, "must be at least 16777216")
	v.that("queue.reserve_bytes", c.Queue.ReserveBytes >= 0, "must not be negative")
	v.broker("centre.broker", c.Centre.Broker)
	v.ways(c.Centre)
	v.present("centre.ca", c.Centre.CA)
	v.present("centre.receipt", c.Centre.Receipt)
	v.present("centre.document", c.Centre.Document)
	v.present("centre.service_key", c.Centre.ServiceKey)
	v.socket("local.socket", c.Local.Socket)
	v.wait("visit.idle", c.Visit.Idle)
	v.wait("visit.end", c.Visit.End)
	v.wait("visit.answer_wait", c.Visit.AnswerWait)
	return v
}

// tickets demands names of queues, each once.
func (v *checks) tickets(t Tickets) {
	v.that("tickets.queues", len(t.Queues) <= maxQueues, "can name 64 queues at most")
	for i, q := range t.Queues {
		v.name("tickets.queues", q)
		v.that("tickets.queues", !slices.Contains(t.Queues[:i], q), "names a queue twice")
	}
}

// numbered demands queues where numbers are given out.
func (v *checks) numbered(c Config) {
	for _, id := range c.Services.Offered {
		svc, _ := catalogue.Lookup(id)
		if _, lent := svc.Field(catalogue.FieldLease); lent {
			v.that("tickets.queues", len(c.Tickets.Queues) > 0, "must name a queue, as "+id+" is offered")
		}
	}
}

// signed demands a module where officers sign.
func (v *checks) signed(c Config) {
	v.that("signing.module", c.Signing.Module == "" || filepath.IsAbs(c.Signing.Module), "must be an absolute path: the module is code that runs in kioskd")
	for _, id := range []string{catalogue.SigningDesk, catalogue.AttestDoses} {
		v.that("signing.module", c.Signing.Module != "" || !slices.Contains(c.Services.Offered, id), "must name a PKCS #11 module, as "+id+" is offered")
	}
}

// services demands services that a kiosk can carry out, each once. The insurance card's
// validity is asked on the way of a check-in and has no entrance of its own.
func (v *checks) services(s Services) {
	v.that("services.offered", len(s.Offered) > 0, "must name a service")
	for i, id := range s.Offered {
		known, ok := catalogue.Lookup(id)
		v.that("services.offered", ok, fmt.Sprintf("%q: there is no such service", id))
		v.that("services.offered", !ok || known.Ready && id != catalogue.CardValidity, fmt.Sprintf("%q: a kiosk cannot carry it out yet", id))
		v.that("services.offered", !slices.Contains(s.Offered[:i], id), fmt.Sprintf("%q: is there twice", id))
	}
}

// trust demands a folder or a bundle: both would leave open what counts.
func (v *checks) trust(t Trust) {
	if t.Bundle == "" {
		v.present("trust.csca", t.CSCA)
		v.that("trust.key", t.Key == "" && t.Keep == "", "is of no use without trust.bundle")
		return
	}
	v.that("trust.csca", t.CSCA == "", "cannot be used together with trust.bundle")
	v.present("trust.key", t.Key)
	v.present("trust.keep", t.Keep)
}

// duty demands all of it or nothing.
func (v *checks) duty(d Duty) {
	if d == (Duty{}) {
		return
	}
	v.present("duty.roster", d.Roster)
	v.present("duty.key", d.Key)
	v.present("duty.folder", d.Folder)
}

// checks gathers problems.
type checks []Problem

func (v *checks) that(key string, ok bool, text string) {
	if !ok {
		*v = append(*v, Problem{Key: key, Text: text})
	}
}

func (v *checks) present(key, value string) { v.that(key, value != "", "is missing") }

func (v *checks) name(key, value string) {
	if value == "" {
		v.present(key, value)
		return
	}
	err := wire.CheckName(value) // it becomes a level of the centre's topics
	v.that(key, err == nil, fmt.Sprintf("%q: %v", value, err))
}

func (v *checks) pattern(key, value string) {
	_, err := regexp.Compile(value)
	v.that(key, err == nil, fmt.Sprintf("%q is not a regular expression", value))
}

func (v *checks) broker(key, value string) {
	if value == "" {
		v.present(key, value)
		return
	}
	u, err := url.Parse(value)
	ok := err == nil && u.Scheme == "tls" && u.Hostname() != "" && u.Port() != "" && u.Path == ""
	v.that(key, ok, fmt.Sprintf("%q: must be tls://host:port", value))
}

// Limits of the ways to the centre: as many as are tried within a minute, and the
// length of an interface's name on Linux.
const (
	maxBearers = 4
	maxBearer  = 15
)

// ways checks what else there is than the one broker.
func (v *checks) ways(c Centre) {
	if c.Fallback != "" {
		v.broker("centre.fallback", c.Fallback)
		v.that("centre.fallback", c.Fallback != c.Broker, "must be another one than centre.broker")
	}
	v.that("centre.bearers", len(c.Bearers) <= maxBearers, fmt.Sprintf("must be at most %d", maxBearers))
	for i, b := range c.Bearers {
		ok := b != "" && len(b) <= maxBearer && !strings.ContainsAny(b, "/: \t\n")
		v.that("centre.bearers", ok, fmt.Sprintf("%q: must be the name of a network interface", b))
		v.that("centre.bearers", !slices.Contains(c.Bearers[:i], b), fmt.Sprintf("%q: is there twice", b))
	}
}

// maxSocket is what a unix socket's address holds on Linux, less its final zero.
const maxSocket = 107

func (v *checks) socket(key, value string) {
	v.present(key, value)
	v.that(key, len(value) <= maxSocket, fmt.Sprintf("is longer than the %d bytes a socket's path may have", maxSocket))
}

func (v *checks) wait(key string, d time.Duration) {
	v.that(key, d >= minWait && d <= maxWait, fmt.Sprintf("%v: must lie between %v and %v", d, minWait, maxWait))
}
