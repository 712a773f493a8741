-- Far: the shop moves.

ALTER SERVER shop_far OPTIONS (SET host 'new.example.org');
