package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"motcua/protocol/gateway"
	"motcua/protocol/pki"
	"motcua/protocol/request"
)

const (
	// trustEvery is how often the files are looked at. What has changed is taken
	// when it has not changed since the last look: somebody may still be copying.
	trustEvery = time.Second
	// trustAgain is how often what was refused is tried again: a bundle may be for
	// tomorrow, or a file could not be read.
	trustAgain = time.Minute
)

// authorities keeps what the gateway trusts equal to the files, as long as they
// are good. The last good ones count until others are, or until their bundle ends.
type authorities struct {
	conf    trustConfig
	now     func() time.Time
	trusted *gateway.Trusted
	raise   func(context.Context, gateway.Alarm)
	log     *slog.Logger

	taken  trust          // what counts
	ended  bool           // its bundle has; nobody is trusted
	last   string         // how the files looked the last time
	judged string         // how they looked when they were taken or refused
	again  time.Time      // when they are judged again although they look the same; zero: not
	told   request.Digest // what was refused and told of

	// For the figures.
	number  atomic.Int64
	refused atomic.Bool
	until   atomic.Int64 // unix seconds; 0: no end
}

// newAuthorities begins with what was read at the start.
func newAuthorities(c trustConfig, t trust, log *slog.Logger) *authorities {
	a := &authorities{conf: c, now: time.Now, trusted: &gateway.Trusted{}, log: log, raise: func(context.Context, gateway.Alarm) {}}
	a.take(t)
	return a
}

// configured tells whether there are files to look at.
func (a *authorities) configured() bool { return a.conf.CSCA != "" || a.conf.Bundle != "" }

// take makes t what counts.
func (a *authorities) take(t trust) {
	a.taken, a.ended, a.again = t, false, time.Time{}
	a.trusted.Set(t.anchors)
	a.number.Store(int64(t.anchors.Len()))
	a.refused.Store(false)
	if !t.until.IsZero() {
		a.until.Store(t.until.Unix())
	}
	if !a.configured() {
		return
	}
	a.log.Info("trust", "certificates", t.anchors.Len(), "lists", len(t.anchors.Revocations()), "bundle", t.serial)
}

// watch looks at the files until ctx ends.
func (a *authorities) watch(ctx context.Context) {
	if !a.configured() {
		return
	}
	tick := time.NewTicker(trustEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			a.check(ctx)
		}
	}
}

// check is one look.
func (a *authorities) check(ctx context.Context) {
	look, now := a.look(), a.now()
	settled := look == a.last
	a.last = look
	if settled && (look != a.judged || !a.again.IsZero() && !now.Before(a.again)) {
		a.judged = look
		a.judge(ctx, now)
	}
	if until := a.taken.until; !a.ended && !until.IsZero() && now.After(until) {
		a.end(ctx)
	}
}

// judge takes what is in the files, or refuses it.
func (a *authorities) judge(ctx context.Context, now time.Time) {
	t, err := loadTrust(a.conf, now)
	if err == nil && t.digest != a.taken.digest {
		err = a.taken.replacedBy(t)
	}
	switch {
	case err != nil:
		a.refuse(ctx, t, err)
	case t.digest != a.taken.digest || a.ended:
		a.take(t)
	case a.refused.Swap(false):
		a.again = time.Time{}
		a.log.Info("the files hold the authorities that count again")
	}
}

// Reasons for which authorities that are good by themselves do not replace others.
var (
	errNoAuthority = errors.New("no certificate of an authority is left")
	errOlderBundle = errors.New("an older bundle, or another one of the same number")
)

// replacedBy tells why t may not take the place of others that count.
func (t trust) replacedBy(next trust) error {
	switch {
	case next.anchors.Len() == 0 && t.anchors.Len() > 0:
		return errNoAuthority // an empty folder may be a disk that is not mounted
	case next.serial <= t.serial && t.serial > 0:
		return fmt.Errorf("bundle %d after bundle %d: %w", next.serial, t.serial, errOlderBundle)
	}
	return nil
}

// refuse keeps what counts, and says so once for what is in the files.
func (a *authorities) refuse(ctx context.Context, t trust, err error) {
	a.again = a.now().Add(trustAgain)
	if a.refused.Swap(true) && t.digest == a.told {
		return
	}
	a.told = t.digest
	a.log.Error("the authorities to trust count as they were", "fault", err.Error())
	a.alarm(ctx, t)
}

// end trusts nobody any more: the bundle says until when it may be used.
func (a *authorities) end(ctx context.Context) {
	a.ended, a.told = true, a.taken.digest
	a.again = a.now().Add(trustAgain)
	a.refused.Store(true)
	a.number.Store(0)
	a.trusted.Set(pki.Anchors{})
	a.log.Error("the trust bundle has ended: requests that need a card's proof are held", "ended", a.taken.until.UTC().Format(time.DateTime), "do", "put a newer one into trust.bundle")
	a.alarm(ctx, a.taken)
}

func (a *authorities) alarm(ctx context.Context, t trust) {
	a.raise(ctx, gateway.Alarm{Kind: gateway.AlarmTrust, Device: gateway.Centre, Seq: t.serial, Digest: t.digest, At: a.now().UnixMilli(), Times: 1})
}

// look tells how the files look from outside. It changes when one of them is
// replaced, added or taken away.
func (a *authorities) look() string {
	files := []string{a.conf.Bundle, a.conf.Key}
	var err error
	if a.conf.CSCA != "" {
		files, err = trustFiles(a.conf.CSCA)
	}
	var text strings.Builder
	for _, f := range files {
		info, statErr := os.Stat(f)
		if statErr != nil {
			err = errors.Join(err, statErr)
			continue
		}
		fmt.Fprintf(&text, "%s %d %d\n", f, info.Size(), info.ModTime().UnixNano())
	}
	fmt.Fprint(&text, err)
	return text.String()
}

// figures tells about the authorities.
func (a *authorities) figures(f *figures) {
	f.asks("motcua_gateway_trust_certificates", "Certificates of authorities whose cards are believed; 0: nobody's are.", func() int { return int(a.number.Load()) })
	f.asks("motcua_gateway_trust_refused", "1: what is in the files of authorities is not taken, the last good ones count, or their bundle has ended.", func() int {
		if a.refused.Load() {
			return 1
		}
		return 0
	})
	f.asks("motcua_gateway_trust_ends_seconds", "Time until the trust bundle may be used no more; -1 without a bundle.", func() int {
		if a.until.Load() == 0 {
			return -1
		}
		return max(0, int(a.until.Load()-a.now().Unix()))
	})
}
