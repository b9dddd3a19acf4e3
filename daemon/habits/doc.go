// Package habits keeps what readings taught about kinds of cards, across visits
// and restarts: how much a card gives at once, and which ways of asking it
// refuses. It knows cards by their answer to reset and readers by their make, and
// holds nothing about a person. It must never import a driver, the session or the
// queue.
package habits
