// SPDX-License-Identifier: Apache-2.0
/**
 * The connection check of {@code validate} and the Doctor: logs in, requests the health of the
 * agents, and names the option to fix. Running tasks do not use it.
 */
package io.github.datahose.connect.symphony.check;
