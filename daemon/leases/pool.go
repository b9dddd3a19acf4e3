package leases

import (
	"errors"
	"io/fs"
	"log/slog"
	"slices"
	"sync"
	"time"

	"motcua/protocol/request"
)

const (
	// ahead is for how many days after today numbers are kept.
	ahead = 2
	// low is below how many numbers of a queue and day another block is wished for.
	low = 25
	// most bounds the blocks that are kept.
	most = 512
	// day is how request.Lease writes a day.
	day = "060102"
)

// block is a lease and its next number that nobody has.
type block struct {
	request.Lease
	next uint32
}

func (b block) left() int { return int(b.To) - int(b.next) + 1 }

// Number is a place in a queue.
type Number struct {
	Lease  string
	Queue  string
	Day    string // yymmdd
	Number uint32 // once in this queue on this day
	Prefix string // on the ticket, before
	Shown  uint32 // this
}

// Queue is one whose numbers this kiosk gives out.
type Queue struct {
	ID    string
	Place request.QueuePlace // as the centre told it last
	Left  int                // numbers of today
}

// Pool keeps leases. Its methods may be called from any goroutine.
type Pool struct {
	file   string
	queues []string
	now    func() time.Time // the centre's clock, as far as it is known
	log    *slog.Logger

	wanted, changed chan struct{}

	mu     sync.Mutex
	kept   kept
	unkept bool // what is kept is not on the disk
}

// kept is what the next run has to know.
type kept struct {
	blocks  []block // in the order in which they are used
	places  map[string]request.QueuePlace
	returns []request.LeaseReturn
}

// Open reads the pool for some queues; file "" keeps it in memory. A file that is
// not there or makes no sense is an empty pool: what was in it is given out by
// nobody.
func Open(file string, queues []string, now func() time.Time, log *slog.Logger) *Pool {
	p := &Pool{file: file, queues: queues, now: now, log: log, wanted: make(chan struct{}, 1), changed: make(chan struct{}, 1), kept: kept{places: map[string]request.QueuePlace{}}}
	if file == "" {
		return p
	}
	if last, err := load(file); err == nil {
		p.kept = last
	} else if !errors.Is(err, fs.ErrNotExist) {
		log.Warn("numbers: those of the last run are lost", "err", err)
	}
	return p
}

// Queues are those of which a ticket can be made, in the order of the
// configuration. One that the centre has never told of is none.
func (p *Pool) Queues() (all []Queue) {
	p.mu.Lock()
	defer p.mu.Unlock()
	today := p.days()[0]
	for _, q := range p.queues {
		if place, told := p.kept.places[q]; told {
			all = append(all, Queue{q, place, p.left(q, today)})
		}
	}
	return all
}

// Wanted tells that a queue has just become low: the centre should be asked now,
// not some time.
func (p *Pool) Wanted() <-chan struct{} { return p.wanted }

// Changed tells that [Pool.Queues] may tell something else now; a new day does so as
// well, and is not told.
func (p *Pool) Changed() <-chan struct{} { return p.changed }

// tell signals to whoever listens, once.
func tell(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default: // told already
	}
}

// Returns are the numbers of past days that nobody has got, to be given back; at
// most [request.MaxReturns], the others later. None while the disk does not know
// that they are not given out any more.
func (p *Pool) Returns() []request.LeaseReturn {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.expire()
	if p.unkept && p.save() != nil {
		return nil
	}
	return slices.Clone(p.kept.returns[:min(len(p.kept.returns), request.MaxReturns)])
}

// Returned tells that the centre has taken numbers back.
func (p *Pool) Returned(done []request.LeaseReturn) {
	if len(done) == 0 {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.kept.returns = slices.DeleteFunc(p.kept.returns, func(r request.LeaseReturn) bool { return slices.Contains(done, r) })
	if err := p.save(); err != nil {
		p.log.Warn("numbers: they will be given back once more", "err", err)
	}
}

// Wishes are the blocks to ask the centre for now, today's first, at most
// [request.MaxLeases].
func (p *Pool) Wishes() (all []request.LeaseWish) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.expire()
	for _, d := range p.days() {
		for _, q := range p.queues {
			if len(all) < request.MaxLeases && p.left(q, d) < low {
				all = append(all, request.LeaseWish{Queue: q, Day: d})
			}
		}
	}
	return all
}

// Low reports whether the centre should be asked before there is another reason
// to talk to it: a queue runs out of numbers on a day that they are kept for, or some
// are to be given back.
func (p *Pool) Low() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.expire()
	return len(p.kept.returns) > 0 || slices.ContainsFunc(p.days(), func(d string) bool {
		return slices.ContainsFunc(p.queues, func(q string) bool { return p.left(q, d) < low })
	})
}

// Left is how many numbers of a queue there are today.
func (p *Pool) Left(queue string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.left(queue, p.days()[0])
}

// Add keeps blocks that the centre has lent. Those that are known already, of other
// queues or past days, or too many, are left out.
func (p *Pool) Add(fresh []request.Lease) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.expire()
	before := len(p.kept.blocks)
	for _, l := range fresh {
		known := slices.ContainsFunc(p.kept.blocks, func(b block) bool { return b.ID == l.ID })
		if !known && slices.Contains(p.queues, l.Queue) && slices.Contains(p.days(), l.Day) && len(p.kept.blocks) < most && l.Validate() == nil {
			if l.Place != nil {
				p.kept.places[l.Queue] = *l.Place
			}
			l.Place = nil // one for all blocks of the queue
			p.kept.blocks = append(p.kept.blocks, block{l, l.From})
		}
	}
	if len(p.kept.blocks) == before {
		return
	}
	tell(p.changed)
	if err := p.save(); err != nil {
		p.log.Warn("numbers: not kept for the next run", "err", err)
	}
}

// Take gives out a number of a queue that nobody has had and nobody else will get,
// not after a crash either. None when there are none left today, or when the file
// cannot be written: the next run would give out the same one again. It waits for
// the disk.
func (p *Pool) Take(queue string) (Number, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.expire()
	today := p.days()[0]
	i := slices.IndexFunc(p.kept.blocks, func(b block) bool { return b.Queue == queue && b.Day == today && b.left() > 0 })
	if i < 0 {
		return Number{}, false
	}
	b := &p.kept.blocks[i]
	n := Number{b.ID, b.Queue, b.Day, b.next, b.Prefix, b.Shown(b.next)}
	b.next++
	if err := p.save(); err != nil {
		b.next--
		p.log.Error("numbers: none is given out, its use cannot be noted", "err", err)
		return Number{}, false
	}
	if p.left(queue, today) == low-1 {
		tell(p.wanted)
	}
	tell(p.changed)
	return n, true
}

// days are today and those after for which numbers are kept, in Viet Nam.
func (p *Pool) days() (all []string) {
	now := p.now().UTC().Add(7 * time.Hour)
	for n := range ahead + 1 {
		all = append(all, now.AddDate(0, 0, n).Format(day))
	}
	return all
}

// left counts numbers; p.mu is held.
func (p *Pool) left(queue, day string) (n int) {
	for _, b := range p.kept.blocks {
		if b.Queue == queue && b.Day == day {
			n += b.left()
		}
	}
	return n
}

// expire drops blocks that are used up, and has the rest of those of a past day
// given back; p.mu is held. Days that are too far away stay: the clock may have been
// wrong.
func (p *Pool) expire() {
	today := p.days()[0]
	p.kept.blocks = slices.DeleteFunc(p.kept.blocks, func(b block) bool {
		if b.left() > 0 && b.Day < today && len(p.kept.returns) < most {
			p.kept.returns = append(p.kept.returns, request.LeaseReturn{Queue: b.Queue, Day: b.Day, From: b.next, To: b.To})
			p.unkept = true
		}
		return b.left() <= 0 || b.Day < today
	})
}

func (p *Pool) save() error {
	if p.file != "" {
		if err := save(p.file, p.kept); err != nil {
			return err
		}
	}
	p.unkept = false
	return nil
}
