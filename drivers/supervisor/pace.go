package supervisor

import (
	"io/fs"
	"slices"
	"time"

	"motcua/drivers"
)

// Windows of the tries to open a device. Each wait is anywhere in the upper half of
// its window, which doubles.
const (
	firstWindow = 500 * time.Millisecond
	mostWindow  = 30 * time.Second
	// Windows of what only a person can change.
	firstStuckWindow = time.Minute
	mostStuckWindow  = 5 * time.Minute
)

// pace says how long to wait until the next try.
type pace struct {
	window time.Duration // of the last wait; 0: none was needed
	jitter func() float64
}

// next is the wait after a try that failed.
func (p *pace) next(err error) time.Duration {
	first, most := firstWindow, mostWindow
	if onlyPeopleHelp(err) {
		first, most = firstStuckWindow, mostStuckWindow
	}
	p.window = min(max(2*p.window, first), most)
	return p.window/2 + time.Duration(p.jitter()*float64(p.window/2))
}

// again begins with short waits.
func (p *pace) again() { p.window = 0 }

// onlyPeopleHelp says that trying again soon is of no use.
func onlyPeopleHelp(err error) bool {
	return is(err, drivers.ErrInUse, drivers.ErrRefused, fs.ErrPermission)
}

const (
	// A device that was lost so often within the span is unsteady, until it has
	// stayed for as long as the calm.
	unsteadyLosses = 3
	unsteadySpan   = 5 * time.Minute
	calm           = 2 * time.Minute
)

// losses remembers when an attached device was lost.
type losses struct {
	at   []time.Time
	last error
}

func (l *losses) add(now time.Time, why error) {
	l.at, l.last = append(l.at, now), why
}

// unsteady says why a device that is attached since then cannot be relied on; nil
// when it can. A device that has stayed is forgiven.
func (l *losses) unsteady(since, now time.Time) error {
	span := unsteadySpan
	if now.Sub(since) >= calm {
		span = 0
	}
	l.at = slices.DeleteFunc(l.at, func(t time.Time) bool { return since.Sub(t) >= span })
	if len(l.at) < unsteadyLosses {
		return nil
	}
	return wrap(drivers.ErrUnsteady, l.last)
}
