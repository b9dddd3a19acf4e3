package linked

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"

	"motcua/protocol/catalogue"
	"motcua/protocol/code/birthfile"
	"motcua/protocol/code/ticket"
	"motcua/protocol/gateway"
	"motcua/protocol/request"
)

// drafts are the files that hospitals begin for newborns (H11): who has a draft's
// token goes on with it at the ward or at home, and types less.
type drafts struct{ *centre }

// Patience implements gateway.Follower.
func (*drafts) Patience() gateway.Retry { return patience() }

// heldDraft: the hub has another draft under the token.
const heldDraft = "draft-not-taken"

// kept is what is kept of a draft. It names nobody, and tells nothing without the
// centre's key.
type kept struct {
	Mother string `json:"mother"` // keyed hash
	Sealed []byte `json:"sealed"` // the form, to whoever has the draft's key
}

// Handle implements gateway.Follower: the token is known at once, and stays the same
// for the same certificate.
func (f *drafts) Handle(_ context.Context, st gateway.State, r gateway.Request) (gateway.Outcome, error) {
	form, ok := r.Form.(request.GenericForm)
	if !ok || r.Inner.Subject == nil {
		return gateway.Outcome{}, errors.New("beginning a birth file: not the form of this service")
	}
	token := f.token(r.Key)
	name := f.draftName(token)
	_, again, err := st.Get(draftKey(name))
	if err == nil && !again {
		err = f.keepDraft(st, name, kept{Mother: f.person(r.Inner.Subject.Number)}, form)
	}
	if err != nil {
		return gateway.Outcome{}, fmt.Errorf("beginning a birth file: %w", err)
	}
	kind, _ := catalogue.Lookup(catalogue.BirthFile)
	return gateway.Outcome{
		Class: request.ClassOK, More: !again,
		Answer: &request.Answer{Filed: &request.AnswerFiled{No: string(token), Next: kind.Next.In(r.Inner.Lang), Again: again}},
	}, put(st, draftSlipKey(r.Outer.Facility, ticket.NumberOf(r.Outer.ID)), name)
}

// draftName is that of a draft in the inbox, which does not tell the token.
func (c *centre) draftName(t birthfile.Token) string {
	return base64.RawURLEncoding.EncodeToString(c.hash("draft-name", string(t)))
}

func draftKey(name string) string { return "linked/draft/" + name }

// draftSlipKey is where the code on the slip of the request leads to the draft, which is
// all that a slip has that was printed without a connection.
func draftSlipKey(facility, number string) string {
	return "linked/draft-slip/" + facility + "/" + number
}

// keepDraft keeps the form for whoever goes on with it.
func (c *centre) keepDraft(st gateway.State, name string, k kept, form request.GenericForm) error {
	text, err := request.Encode(form)
	if err != nil {
		return err
	}
	box, err := c.draftBox(name)
	if err != nil {
		return err
	}
	nonce := make([]byte, box.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		return err
	}
	k.Sealed = box.Seal(nonce, nonce, text, []byte(k.Mother))
	return put(st, draftKey(name), k)
}

// draftBox seals a draft under a key of its own.
func (c *centre) draftBox(name string) (cipher.AEAD, error) {
	block, err := aes.NewCipher(c.hash("draft-box", name))
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// openDraft is a draft and its form; nil when there is none.
func (c *centre) openDraft(st gateway.State, name string) (*kept, request.GenericForm, error) {
	var form request.GenericForm
	b, found, err := st.Get(draftKey(name))
	if err != nil || !found {
		return nil, form, err
	}
	var k kept
	if err := json.Unmarshal(b, &k); err != nil {
		return nil, form, fmt.Errorf("reading a draft: %w", err)
	}
	box, err := c.draftBox(name)
	if err != nil {
		return nil, form, err
	}
	if len(k.Sealed) < box.NonceSize() {
		return nil, form, errors.New("reading a draft: the inbox holds something else")
	}
	text, err := box.Open(nil, k.Sealed[:box.NonceSize()], k.Sealed[box.NonceSize():], []byte(k.Mother))
	if err != nil {
		return nil, form, fmt.Errorf("reading a draft: %w", err)
	}
	form, err = request.DecodeGenericForm(text)
	return &k, form, err
}

// byDraft tells what a draft says to a person who has its slip. The token cannot be
// guessed, so whoever has it may go on; the short code on every slip might be, so with
// that alone only the mother may. To anybody else there is none.
func (s *statuses) byDraft(st gateway.State, r gateway.Request) (gateway.Outcome, error) {
	answer := func(a request.AnswerDraft) gateway.Outcome {
		return gateway.Outcome{Class: request.ClassOK, Answer: &request.Answer{Draft: &a}}
	}
	name, mother, err := s.draftOf(st, r.Text("dossier"))
	if err != nil || name == "" {
		return answer(request.AnswerDraft{}), err
	}
	k, form, err := s.openDraft(st, name)
	if err != nil || k == nil {
		return answer(request.AnswerDraft{}), err
	}
	mine := k.Mother == s.person(r.Inner.Subject.Number)
	if mother && !mine {
		return answer(request.AnswerDraft{}), nil
	}
	return answer(request.AnswerDraft{Values: form.Values, Mine: mine}), nil
}

// draftOf finds the draft that a code leads to, and tells whether it leads there for the
// mother alone; empty for none.
func (c *centre) draftOf(st gateway.State, code string) (name string, mother bool, err error) {
	if token, err := birthfile.Parse(code); err == nil {
		return c.draftName(token), false, nil
	}
	slip, err := ticket.Parse(code)
	if err != nil {
		return "", false, nil
	}
	b, found, err := st.Get(draftSlipKey(slip.Facility, slip.Number))
	if err != nil || !found {
		return "", false, err
	}
	return name, true, json.Unmarshal(b, &name)
}

// Follow implements gateway.Follower: the draft is put to the hub.
func (f *drafts) Follow(ctx context.Context, _ gateway.State, r gateway.Request) (gateway.Outcome, error) {
	if r.Refused {
		return refused("refused-by-operator"), nil
	}
	form, _ := r.Form.(request.GenericForm)
	err := f.Hub.draft(ctx, string(f.token(r.Key)), draft{made: r.Outer.ID.Time().UnixMilli(), mother: *r.Inner.Subject, form: catalogue.Plain(form.Values)})
	return f.put(err, heldDraft)
}
