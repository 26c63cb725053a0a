/**
 * A million events through a real worker, {@code mvn -q -Psoak verify}: whether it keeps memory,
 * classes, threads or descriptors.
 */
package io.github.datahose.soak;
