// SPDX-License-Identifier: Apache-2.0
/**
 * Trust in servers, client certificates and private keys. Knows nothing of Symphony, and nothing of
 * HTTP.
 */
package io.github.datahose.connect.symphony.tls;
