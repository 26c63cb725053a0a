// SPDX-License-Identifier: Apache-2.0
/**
 * Requests through an HTTP proxy, and the pace of logins to it. Independent of Symphony's servers.
 */
package io.github.datahose.connect.symphony.proxy;
