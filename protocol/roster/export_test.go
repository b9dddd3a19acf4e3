package roster

import "motcua/protocol/signedlist"

// Payload is what is signed of a roster.
func Payload(r Roster) ([]byte, error) { return signedlist.Encode(payloadOf(r)) }

// OfPayload reads what is signed of a roster.
func OfPayload(b []byte) (Roster, error) {
	p, err := signedlist.Decode[payload](b, version)
	if err != nil {
		return Roster{}, err
	}
	return p.roster(), nil
}
