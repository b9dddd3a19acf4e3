// Package workday owns the working-day calendar of Viet Nam: which days offices
// work, when a matter that was filed begins to count, and when it is due.
//
// What the law fixes is computed (Labour Code 2019, articles 111 and 112; the lunar
// calendar by astronomy), what the government decides each year is data, with its
// source. The package never asks for the time.
package workday
