// SPDX-License-Identifier: Apache-2.0
/**
 * How one HTTP call is made and bounded, and what its failure is. Knows nothing of logins and
 * feeds.
 */
package io.github.datahose.connect.symphony.http;
