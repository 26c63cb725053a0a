/**
 * The configuration: the options with their documentation, the checks on them, and the feeds that
 * they describe.
 *
 * <p>No message repeats what a user typed unless its form proves it harmless, because a user might
 * put a key in place of a path.
 */
package io.github.datahose.connect.config;
