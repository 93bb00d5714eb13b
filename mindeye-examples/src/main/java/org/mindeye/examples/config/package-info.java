/** Configuration records in files. */
package org.mindeye.examples.config;
