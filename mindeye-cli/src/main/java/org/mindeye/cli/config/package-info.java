/** Configuration records in files. */
package org.mindeye.cli.config;
