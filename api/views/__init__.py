"""The endpoints, a module per resource. Each method makes one domain call and answers a document that Postgres built."""
