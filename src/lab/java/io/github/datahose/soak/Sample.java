// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.soak;

/**
 * What a process held at a moment.
 *
 * @param seconds since the first event was produced
 * @param events acknowledged by then
 * @param heap MiB that a full collection just left
 * @param metaspace MiB in use
 * @param classes loaded
 * @param threads alive
 * @param descriptors files and sockets that are open
 * @param resident MiB of memory as the operating system sees it
 */
public record Sample(
    double seconds,
    long events,
    double heap,
    double metaspace,
    double classes,
    double threads,
    double descriptors,
    double resident) {}
