package wire

import (
	"fmt"
	"strings"
)

// ScopeAll is the scope of documents for everybody. The others are a province,
// and a facility as province/facility.
const ScopeAll = "all"

// Names of documents.
const (
	DocRevocation     = "revocation"      // certificates of the fleet that count no more, request.Revocation
	DocRoster         = "roster"          // who may be on duty, roster.Roster
	DocHC1Signers     = "hc1-signers"     // whose vaccination certificates are believed, hc1.Signers
	DocHC1Revocations = "hc1-revocations" // vaccination certificates that count no more, hc1.Revocations
)

// Document is the place of a signed document that the broker keeps for those who
// subscribe later (a retained message).
type Document struct {
	Scope string
	Name  string
}

// Topic is where the document is kept.
func (d Document) Topic() string { return Root + "/" + d.Scope + "/doc/" + d.Name }

// ParseDocument takes apart the topic of a document.
func ParseDocument(topic string) (Document, error) {
	part := strings.Split(topic, "/")
	if n := len(part); n < 4 || n > 5 || part[0] != Root || part[n-2] != "doc" {
		return Document{}, ErrTopic
	}
	for _, p := range part[1:] {
		if err := CheckName(p); err != nil {
			return Document{}, fmt.Errorf("%w: %w", ErrTopic, err)
		}
	}
	last := len(part) - 1
	return Document{Scope: strings.Join(part[1:last-1], "/"), Name: part[last]}, nil
}

// ReadingID is the MQTT client id with which a device connects that may not do
// anything else any more: to read why. It is no device's name, so that a revoked
// certificate cannot end the session of the one that replaced it.
func ReadingID(device string) string { return device + "~" }

// Reading is what a client may do under a [ReadingID].
func Reading() Access {
	return Access{Subscribe: []string{Document{ScopeAll, DocRevocation}.Topic()}}
}
