-- Channels undone: transport channels and queues go.
-- seed: 004 Complete SQL DDL Specifications, Communication Schema
-- loses: transport_channels, message_queues (every row)

DROP TABLE message_queues;

DROP TABLE transport_channels;
