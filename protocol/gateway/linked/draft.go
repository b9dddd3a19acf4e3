package linked

import (
	"context"
	"errors"
	"fmt"

	"motcua/protocol/catalogue"
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

// Handle implements gateway.Follower: the token is known at once, and stays the same
// for the same certificate.
func (f *drafts) Handle(_ context.Context, st gateway.State, r gateway.Request) (gateway.Outcome, error) {
	if _, ok := r.Form.(request.GenericForm); !ok || r.Inner.Subject == nil {
		return gateway.Outcome{}, errors.New("beginning a birth file: not the form of this service")
	}
	token := f.token(r.Key)
	_, again, err := st.Get(draftKey(token))
	if err != nil {
		return gateway.Outcome{}, fmt.Errorf("beginning a birth file: %w", err)
	}
	kind, _ := catalogue.Lookup(catalogue.BirthFile)
	return gateway.Outcome{
		Class: request.ClassOK, More: !again,
		Answer: &request.Answer{Filed: &request.AnswerFiled{No: token, Next: kind.Next.In(r.Inner.Lang), Again: again}},
	}, put(st, draftKey(token), refOf(r))
}

func draftKey(token string) string { return "linked/draft/" + token }

// Follow implements gateway.Follower: the draft is put to the hub.
func (f *drafts) Follow(ctx context.Context, _ gateway.State, r gateway.Request) (gateway.Outcome, error) {
	if r.Refused {
		return refused("refused-by-operator"), nil
	}
	form, _ := r.Form.(request.GenericForm)
	err := f.Hub.draft(ctx, f.token(r.Key), draft{made: r.Outer.ID.Time().UnixMilli(), mother: *r.Inner.Subject, form: catalogue.Plain(form.Values)})
	return f.put(err, heldDraft)
}
