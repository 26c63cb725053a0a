// SPDX-License-Identifier: Apache-2.0
/** Trust in servers, client certificates, and private keys. Independent of Symphony and HTTP. */
package io.github.datahose.connect.symphony.tls;
