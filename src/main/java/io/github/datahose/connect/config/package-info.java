/**
 * What a user can set: the options with their documentation, the checks on them, and the feeds that
 * they describe.
 *
 * <p>Nothing in here repeats what a user typed unless its shape is proven harmless: a key may stand
 * where a path belongs.
 */
package io.github.datahose.connect.config;
