package gateway

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"time"

	"motcua/protocol/catalogue"
	"motcua/protocol/request"
	"motcua/protocol/wire"
)

const (
	leaseNumbers = 50 // of one block
	// leaseBlocks are the most that one device gets of a queue and day, so that a
	// kiosk that lost its mind takes no more than that.
	leaseBlocks = 40
	leaseAhead  = 2 // days: a kiosk that is cut off has numbers for the day after tomorrow
	leaseKept   = 7 * 24 * time.Hour
)

// Queue is one whose numbers are leased. People of a priority group have a queue of
// their own.
type Queue struct {
	ID     string
	Prefix string // capital letters before its numbers
	// Place is what its tickets say; without a service, no ticket is made of its
	// numbers.
	Place request.QueuePlace
}

// Called is a number of the queue as it is called: letters, and a number of its
// block.
func (q Queue) Called(number uint64) (prefix string, shown uint32) {
	block := (number-1)/leaseNumbers + 1
	return q.Prefix + letters(block), uint32((number-1)%leaseNumbers) + 1
}

// lend gives blocks of numbers to a device: no number of a queue and day is in two
// of them. What cannot be given is left out, and so is what does not fit into room
// bytes: the device asks for it again.
func (g *Gateway) lend(tx Tx, to wire.Branch, wishes []request.LeaseWish, room int, now time.Time) (all []request.Lease, err error) {
	for _, w := range wishes {
		queue, known := g.queue(w.Queue)
		if !known || !soon(w.Day, now) {
			continue
		}
		size, err := leaseSize(queue, w)
		if err != nil {
			return nil, err
		}
		if room -= size; room < 0 {
			break
		}
		mine, err := g.countMark(tx, now, "lease-of", to.Facility, w.Day, w.Queue, to.Device)
		if err != nil {
			return nil, err
		}
		if mine > leaseBlocks {
			continue
		}
		block, err := g.countMark(tx, now, "lease", to.Facility, w.Day, w.Queue)
		if err != nil {
			return nil, err
		}
		l := leaseOf(queue, w, block)
		if l.Validate() != nil {
			continue // the queue has no more numbers
		}
		owner := Mark{leaseBlock{to.Facility, l.Day, l.Queue, block}.key("lease-owner"), []byte(to.Device), now.Add(leaseKept).UnixMilli()}
		if err := tx.Mark(owner, now.UnixMilli()); err != nil {
			return nil, err
		}
		all = append(all, l)
	}
	return all, nil
}

// leaseOf is a block of a queue and day, from 1.
func leaseOf(queue Queue, w request.LeaseWish, block uint64) request.Lease {
	first, last := (block-1)*leaseNumbers+1, block*leaseNumbers
	prefix, _ := queue.Called(first)
	l := request.Lease{
		ID:    w.Day + "-" + w.Queue + "-" + strconv.FormatUint(block, 10),
		Queue: w.Queue, Day: w.Day, Prefix: prefix, From: uint32(first), To: uint32(last),
	}
	if queue.Place.Service != "" {
		l.Place = new(queue.Place)
	}
	return l
}

// leaseSize is the most bytes that a block of a queue and day takes in a Welcome.
func leaseSize(queue Queue, w request.LeaseWish) (int, error) {
	const farBlock = 1900 // its numbers have five digits, as those of the last have
	b, err := request.Encode(leaseOf(queue, w, farBlock))
	return len(b), err
}

// leaseRoom is how many bytes of leases fit into a Welcome beside what is in it.
func leaseRoom(w request.Welcome) (int, error) {
	const heading = 16 // of the list
	b, err := request.Encode(w)
	return request.MaxWelcome - len(b) - heading, err
}

func (g *Gateway) queue(id string) (Queue, bool) {
	for _, q := range g.cfg.Queues {
		if q.ID == id {
			return q, true
		}
	}
	return Queue{}, false
}

// soon tells whether numbers of a day are lent now.
func soon(day string, now time.Time) bool {
	for ahead := range leaseAhead + 1 {
		if day == Date(now.AddDate(0, 0, ahead)) {
			return true
		}
	}
	return false
}

// holdLease holds a number that a device gave out against the blocks that were lent
// to it. The verdict is zero when there is nothing to say.
func (d *delivery) holdLease(tx Tx) (verdict, AlarmKind, error) {
	form, _ := d.request.Form.(request.GenericForm)
	if _, given := d.kind.Field(catalogue.FieldLease); !given || len(d.g.cfg.Queues) == 0 {
		return verdict{}, "", nil
	}
	number, _ := form.Values["number"].Number()
	day, err := time.Parse("02/01/2006", answered(form, "day"))
	if err != nil || number == 0 {
		return refused(notLent), AlarmNumber, nil
	}
	b := blockOf(d.branch.Facility, day.Format("060102"), answered(form, "queue"), number)
	mine, err := b.lentTo(tx, d.branch.Device, d.now)
	if err != nil {
		return verdict{}, "", err
	}
	back, found, err := tx.Marked(b.key("lease-back"), d.now.UnixMilli())
	if err != nil {
		return verdict{}, "", err
	}
	if !mine || found && number >= countOf(back) {
		return refused(notLent), AlarmNumber, nil
	}
	return verdict{}, "", nil
}

// takeBack closes what is left of blocks that were lent to a device: none of these
// numbers counts any more. Numbers of somebody else's are left alone.
func (g *Gateway) takeBack(tx Tx, from wire.Branch, returns []request.LeaseReturn, now time.Time) error {
	for _, r := range returns {
		b := blockOf(from.Facility, r.Day, r.Queue, uint64(r.From))
		mine, err := b.lentTo(tx, from.Device, now)
		if err != nil {
			return err
		}
		if !mine || b.number != blockOf(from.Facility, r.Day, r.Queue, uint64(r.To)).number {
			continue
		}
		before, found, err := tx.Marked(b.key("lease-back"), now.UnixMilli())
		if err != nil {
			return err
		}
		if found && countOf(before) <= uint64(r.From) {
			continue
		}
		mark := Mark{b.key("lease-back"), binary.BigEndian.AppendUint64(nil, uint64(r.From)), now.Add(leaseKept).UnixMilli()}
		if err := tx.Mark(mark, now.UnixMilli()); err != nil {
			return err
		}
	}
	return nil
}

const notLent = "number-not-lent"

// leaseBlock is a block of numbers of a queue and day (yymmdd).
type leaseBlock struct {
	facility, day, queue string
	number               uint64 // from 1
}

// blockOf is the block that a number belongs to.
func blockOf(facility, day, queue string, number uint64) leaseBlock {
	return leaseBlock{facility, day, queue, (number-1)/leaseNumbers + 1}
}

func (b leaseBlock) key(kind string) string {
	return keyed(kind, []byte(b.facility), []byte(b.day), []byte(b.queue), binary.BigEndian.AppendUint64(nil, b.number))
}

// lentTo tells whether the block was lent to a device.
func (b leaseBlock) lentTo(tx Tx, device string, now time.Time) (bool, error) {
	m, found, err := tx.Marked(b.key("lease-owner"), now.UnixMilli())
	return found && string(m.Value) == device, err
}

// countOf is the number in a mark; 0 for one that holds none.
func countOf(m Mark) uint64 {
	if len(m.Value) != 8 {
		return 0
	}
	return binary.BigEndian.Uint64(m.Value)
}

// countMark counts up what is forgotten when the day is long over.
func (g *Gateway) countMark(tx Tx, now time.Time, kind string, parts ...string) (uint64, error) {
	var all [][]byte
	for _, p := range parts {
		all = append(all, []byte(p))
	}
	m, found, err := tx.Marked(keyed(kind, all...), now.UnixMilli())
	if err != nil {
		return 0, err
	}
	n := uint64(0)
	if found {
		if len(m.Value) != 8 {
			return 0, fmt.Errorf("counting %s: %w", kind, errForeignMark)
		}
		n = binary.BigEndian.Uint64(m.Value)
	}
	n++
	return n, tx.Mark(Mark{m.Key, binary.BigEndian.AppendUint64(nil, n), now.Add(leaseKept).UnixMilli()}, now.UnixMilli())
}

var errForeignMark = errors.New("the inbox holds something else under this mark")

// letters name a block: A to Z without I and O, which look like digits, and U, which
// stands for priority; then two of them, and so on.
func letters(block uint64) string {
	const alphabet = "ABCDEFGHJKLMNPQRSTVWXYZ"
	s := ""
	for ; block > 0; block = (block - 1) / uint64(len(alphabet)) {
		s = string(alphabet[(block-1)%uint64(len(alphabet))]) + s
	}
	return s
}
