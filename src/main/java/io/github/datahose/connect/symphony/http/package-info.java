// SPDX-License-Identifier: Apache-2.0
/** HTTP requests, their limits, and their failures. Independent of logins and feeds. */
package io.github.datahose.connect.symphony.http;
