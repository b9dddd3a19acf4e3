// Package approval owns what an approver says about a request that the centre
// holds: release it, or refuse it, and why. It is signed (approval.cddl) by the key
// that the roster has for the approver, so that no password of the centre's says it
// in somebody's place, and it names the request by its digest, so that it says it
// of nothing else.
//
// The package opens no file and asks for no time. Who may approve what is the
// business of protocol/gateway.
package approval
