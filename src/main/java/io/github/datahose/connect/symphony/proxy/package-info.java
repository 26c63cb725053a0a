// SPDX-License-Identifier: Apache-2.0
/** Calls through an HTTP proxy, and the pace of logins at it. Knows no server of Symphony's. */
package io.github.datahose.connect.symphony.proxy;
