// Package events tells others what became of requests, as CloudEvents 1.0 in
// structured JSON, without anything about people in them.
//
// [Record] wraps an inbox: each request that is stored or settled, and each alarm,
// leaves an event in the same transaction. [Publish] sends what is there, in order,
// and forgets it when it is told that it is kept elsewhere. An event may be sent
// again; its id stays the same. docs/schemas describes the JSON, docs/events.md
// who may hear it.
package events
