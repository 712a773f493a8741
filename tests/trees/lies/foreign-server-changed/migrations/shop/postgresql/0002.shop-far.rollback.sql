-- Far taken back: where it was.

ALTER SERVER shop_far OPTIONS (SET host 'old.example.org');
