// Package anomaly owns the rules by which fraud is noticed while it happens: each
// holds one request against a little that is remembered of those before it, and a
// request that meets one is held until a person has looked.
//
// Everything is pure. A [Fact] is what the rules see of a request: times, places,
// and tags in the place of people, which are hashes under the judge's own key, so
// that nothing personal is remembered. [Policy.Places] says what has to be known to
// judge it, [Policy.Judge] which rules it meets and what to remember from then on.
// What is remembered is bounded: a [Trace] holds a fixed number of sightings, and
// each [Note] says until when it is of use.
//
// The rules prove nothing. They find what an honest day does not look like, and a
// person finds out why.
package anomaly
