// SPDX-License-Identifier: Apache-2.0
/**
 * Logins to the pod and the key manager, and the session that all readers of a task share.
 * Independent of feeds.
 */
package io.github.datahose.connect.symphony.auth;
