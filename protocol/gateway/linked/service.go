package linked

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"log/slog"
	"sync"
	"time"

	"motcua/protocol/catalogue"
	"motcua/protocol/code/birthfile"
	"motcua/protocol/code/own"
	"motcua/protocol/gateway"
	"motcua/protocol/request"
	"motcua/protocol/workday"
)

// Config is what the services need.
type Config struct {
	Hub      *Hub
	Calendar *workday.Calendar
	// Key makes the names of people and of drafts.
	Key []byte
	// Block puts somebody whose death was registered on the blocklist, because of a
	// dossier, in a transaction of its own. Doing it again changes nothing.
	Block func(ctx context.Context, number, dossier string, at time.Time) error
	// Raise tells operations that a dossier is stuck.
	Raise func(context.Context, gateway.Alarm)
	Log   *slog.Logger
	Poll  time.Duration // how often the hub is asked about a dossier; 0: ten minutes
}

// pollUsually keeps what is told of a leg younger than a quarter of an hour.
const pollUsually = 10 * time.Minute

// centre is what the services of this package share.
type centre struct {
	Config

	mu     sync.Mutex
	raised map[string]bool // alarms of this process
}

// Services are the services of this package, by catalogue id.
func (c Config) Services() map[string]gateway.Service {
	if c.Poll <= 0 {
		c.Poll = pollUsually
	}
	all := &centre{Config: c, raised: map[string]bool{}}
	return map[string]gateway.Service{
		catalogue.Birth: &filings{all}, catalogue.Death: &filings{all}, catalogue.BirthFile: &drafts{all},
		catalogue.Supplement: &supplements{all}, catalogue.DossierStatus: &statuses{all},
	}
}

// patience: what was filed is never given up. A person has to look at what breaks.
func patience() gateway.Retry {
	return gateway.Retry{Attempts: 1 << 30, First: 5 * time.Second, Most: 5 * time.Minute, Within: 20 * 365 * 24 * time.Hour, Timeout: 15 * time.Second, Hold: true}
}

// hash is a keyed hash of something that must not be read.
func (c *centre) hash(kind, of string) []byte {
	m := hmac.New(sha256.New, c.Key)
	m.Write([]byte(kind + "\n" + of))
	return m.Sum(nil)
}

// person is the name under which somebody's dossiers are kept.
func (c *centre) person(number string) string {
	return hex.EncodeToString(c.hash("person", number)[:16])
}

// token is the name of a draft: whoever has it may go on with the draft, and nobody
// finds another's.
func (c *centre) token(key request.Digest) birthfile.Token {
	return birthfile.Token(base32.NewEncoding(own.Alphabet).EncodeToString(c.hash("draft", hex.EncodeToString(key[:]))[:15]))
}

// refused says no, with a word for the screen that says nothing of anybody.
func refused(word string) gateway.Outcome {
	return gateway.Outcome{Status: request.StatusRefused, Class: request.ClassReception, Codes: []string{word}}
}

func linked(class request.Class, dossiers ...request.LinkedDossier) gateway.Outcome {
	return gateway.Outcome{Class: class, Answer: &request.Answer{Linked: &request.AnswerLinked{Dossiers: dossiers}}}
}
