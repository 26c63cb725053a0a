/**
 * Measures what the connector takes of a machine: the heap that a large answer needs, what an empty
 * feed costs, and whether anything grows over a million events. Begins at {@link
 * io.github.datahose.footprint.Footprint}.
 */
package io.github.datahose.footprint;
