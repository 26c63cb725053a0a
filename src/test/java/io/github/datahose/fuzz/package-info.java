/**
 * The fuzz run of the whole path: a task that is given mutated events and mutated answers, and what
 * it acknowledges held against what it delivered.
 */
package io.github.datahose.fuzz;
