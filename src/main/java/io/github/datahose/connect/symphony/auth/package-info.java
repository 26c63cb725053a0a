// SPDX-License-Identifier: Apache-2.0
/**
 * Logins at pod and key manager, and the session that all readers of a task share. Knows nothing of
 * feeds.
 */
package io.github.datahose.connect.symphony.auth;
