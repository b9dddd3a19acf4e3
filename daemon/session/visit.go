package session

import (
	"context"
	"time"

	"motcua/protocol/envelope"
	"motcua/protocol/local"
	"motcua/protocol/request"
)

// visit is one person being served. Everything about the person is in here, and
// goes with it.
type visit struct {
	id      string
	service string
	lang    string
	step    local.Step
	ctx     context.Context // ends with the visit
	cancel  context.CancelFunc
	seenAt  time.Time // when the card was first seen; zero before
	// officersOnly: the kiosk is out of order, and only an officer's card leads on.
	officersOnly bool
	// laid: the card that lies there was placed for this visit.
	laid bool

	chip        chip
	duty        duty
	finger      finger
	compare     compare
	office      office
	certificate certificate
	reading     local.Reading
	person      *local.Person
	other       *other // whose card is being read; nil: that of who asks
	lastRead    uint64 // the placing of the card that was read last
	consent     []request.Consent
	reply       envelope.ReplyKey
	lookup      lookup
	draft       draft
	insurer     insurer
	answers     answers
	form        form
	number      number
	coming      coming
	bill        bill
	checkIn     interrupted
	sent        sent
	slip        local.SlipState
	saving      map[request.ID][]func() // by request: what became of it, told too early
	problem     *local.Problem
	failures    int // how often something went wrong in this visit
}

// answers are what the person may change on the check-answers screen.
type answers struct {
	specialty string
}
