// SPDX-License-Identifier: Apache-2.0
/** Documents parts of which are made from code, so that they cannot say anything else. */
package io.github.datahose.documents;
